#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Which receive queue a frame goes to.

. "$(dirname "$0")/lib.sh"

QUEUES=4
readonly KEY=6d:5a:56:da:25:5b:0e:c2:41:67:25:3d:43:a3:8f:b0:d0:ca:2b:cb:ae:7b:30:b4:77:cb:2d:a3:80:30:f2:0c:6a:42:b7:3b:be:ac:01:fa

# reached COMMAND...: the queues of b that get frames from it, and how many in all
reached() {
	local before=() total queue list=""
	for queue in 0 1 2 3; do before[queue]=$(stat_of b "rx${queue}_packets"); done
	total=$(stat_of b rx_packets)
	"$@"
	wait_until 5 stat_reaches b $((total + 256)) rx_packets || fail "not all frames arrived"
	for queue in 0 1 2 3; do
		[ "$(stat_of b "rx${queue}_packets")" -eq "${before[queue]}" ] || list+=" $queue"
	done
	echo "${list# }"
}

udp_flows() { frames a type=udp4 flows=256 count=256 "$@"; }

flows_spread() {
	expect "$(reached udp_flows)" = "0 1 2 3" "queues that 256 UDP flows reach"
	expect "$(reached udp_flows type=tcp4)" = "0 1 2 3" "queues that 256 TCP flows reach"
	expect "$(reached udp_flows type=udp6 saddr="${IP6[a]}" daddr="${IP6[b]}")" = "0 1 2 3" \
		"queues that 256 flows over IPv6 reach"
}

# Frames of one flow are never in two queues: they would overtake each other.
one_flow_one_queue() {
	expect "$(reached udp_flows flows=1 | wc -w)" = 1 "queues that one flow reaches"
	expect "$(reached frames a count=256)" = 0 "queues for frames without a hash"
}

weights() {
	defer et b -X default
	et b -X weight 0 1 0 1
	expect "$(reached udp_flows)" = "1 3" "queues with a weight"
	et b -X weight 0 0 1 0
	expect "$(reached udp_flows)" = "2" "the one queue with a weight"
	et b -X equal 2
	expect "$(reached udp_flows)" = "0 1" "queues with equal 2"
	et b -X default
	expect "$(reached udp_flows)" = "0 1 2 3" "queues by default"
}

bad_weights() {
	refuse et b -X equal 5
	refuse et b -X weight 0 0 0 0 1
	refuse et b -X hkey 00:11:22
	expect "$(reached udp_flows)" = "0 1 2 3" "queues after refusals"
}

# The table and the key outlive what replaces the rings.
survives() {
	defer et b -X default
	et b -X weight 0 0 0 1
	et b -X hkey "$KEY"
	link_set b down
	card_up b
	carrier
	expect "$(reached udp_flows)" = "3" "queues after down and up"
	et b -G rx 256
	carrier
	expect "$(reached udp_flows)" = "3" "queues after -G"
	et b -x | grep -q "$KEY" || fail "the key changed"
}

hash_fields() {
	defer et b -N rx-flow-hash udp4 sdfn
	et b -N rx-flow-hash udp4 sd
	refuse grep -q 'bytes 0 & 1' <<<"$(et b -n rx-flow-hash udp4)"
	expect "$(reached udp_flows | wc -w)" = 1 "queues by addresses only"
	expect "$(reached udp_flows type=tcp4)" = "0 1 2 3" "queues of TCP meanwhile"
	et b -N rx-flow-hash udp4 sdfn
	et b -n rx-flow-hash udp4 | grep -q 'bytes 0 & 1'
	expect "$(reached udp_flows)" = "0 1 2 3" "queues by addresses and ports"
	# ethtool before 6.2 says so, and ends with 0 all the same
	{ et b -N rx-flow-hash udp4 v || true; } 2>&1 | grep -q 'Invalid argument' ||
		fail "a hash over VLANs was not refused"
	et b -n rx-flow-hash udp4 | grep -q 'bytes 0 & 1'
}

hash_off() {
	et b -K rxhash off
	defer et b -K rxhash on
	expect "$(feature b receive-hashing)" = off "receive-hashing"
	expect "$(reached udp_flows)" != "" "queues without hashes"
}

# The numbers of the specification, as the stack sees them in the skb
toeplitz() {
	local kind l4=tcp4,tcp6,udp4,udp6
	et b -X hkey "$KEY"
	et b -x | grep -q "$KEY"
	for kind in udp4 udp6; do
		et b -N rx-flow-hash "$kind" sdfn
		defer et b -N rx-flow-hash "$kind" sdfn
	done
	toeplitz_vectors l4="$l4"
	for kind in udp4 udp6; do et b -N rx-flow-hash "$kind" sd; done
	toeplitz_vectors l4=tcp4,tcp6
}

toeplitz_vectors() {
	ask hashes tx="${NS[a]},${DEV[a]}" rx="${NS[b]},${DEV[b]}" \
		src="${MAC[a]}" dst="${MAC[b]}" "$@"
}

changed_under_traffic() {
	local i
	traffic_start
	defer et b -X default
	for i in 1 2 3; do
		et b -X weight 1 0 0 0
		traffic_flows
		et b -X equal $((i + 1))
		traffic_flows
	done
	traffic_stop
}

run flows_spread one_flow_one_queue weights bad_weights survives hash_fields hash_off \
	toeplitz changed_under_traffic
