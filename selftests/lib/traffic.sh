# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Traffic: sourced by lib.sh.

# pinged SIDE COUNT [ARG...]: are all that are sent answered?
pinged() {
	local side=$1 count=$2 out
	shift 2
	out=$(on "$side" timeout $((60 * SLOW)) ping -n -q -W $((5 * SLOW)) -c "$count" "$@" \
		"${IP4[${PEER[$side]}]}") && grep -q " $count received" <<<"$out" && return
	echo "$out"
	return 1
}

# ping_all SIDE COUNT [ARG...]: flood ping to the peer; every one is answered. A
# flood waits for its last answer no longer than two round trips or 10 ms, which
# a busy machine may not keep: then a slow ping has to do.
ping_all() {
	local side=$1 count=$2
	shift 2
	pinged "$side" "$count" -f "$@" ||
		pinged "$side" $((count < 20 ? count : 20)) -i 0.2 "$@" ||
		fail "ping $*: lost some"
}

# frames SIDE KEY=VALUE...: raw frames to the peer (send() in wire.py has the keys)
frames() {
	ask send tx="${NS[$1]},${DEV[$1]}" src="${MAC[$1]}" dst="${MAC[${PEER[$1]}]}" \
		saddr="${IP4[$1]}" daddr="$NOBODY4" "${@:2}"
}

# all_queues_used: a few frames in both directions, of flows enough for each queue
all_queues_used() {
	frames a count=32 flows=32 type=udp4
	frames b count=32 flows=32 type=udp4
}

# super_frames SIDE COUNT BYTES SEGMENTS: UDP for nobody, which the card cuts
super_frames() { ask burst tx="${NS[$1]}" addr="$NOBODY4" count="$2" gso="$3" segs="$4"; }

# transfer tcp|udp SIDE BYTES [KEY=VALUE...]: to the peer, compared byte by byte
transfer() {
	local side=$2 peer=${PEER[$2]}
	ask "$1" tx="${NS[$side]}" rx="${NS[$peer]}" addr="${IP4[$peer]}" bytes="$3" "${@:4}"
}

listening() { on "$1" ss -Hltn "sport = :$2" | grep -q .; }

iperf_server() {
	# nobody hears anything for a while when queues get stuck
	spawn "$1" iperf3 -s --rcv-timeout 600000 -p "${2:-5201}" >/dev/null
	wait_until 10 listening "$1" "${2:-5201}"
}

# traffic_start [full]: TCP in both directions, until traffic_stop. At full speed, which
# keeps all processors and queues busy, it leaves little of a kernel that checks everything
# to the test itself.
traffic_start() {
	local speed=()
	[ "$SLOW" = 1 ] || [ "${1:-}" = full ] || speed=(-b 10M -l 16K)
	iperf_server b
	spawn a iperf3 -c "${IP4[b]}" -t $((120 * SLOW)) --bidir ${speed[@]+"${speed[@]}"} \
		>"$TMP/iperf.log" 2>&1
	TRAFFIC=$!
	traffic_flows
}

# It goes on: both sides still receive
traffic_flows() {
	local seen_a seen_b
	seen_a=$(stat_of a rx_packets)
	seen_b=$(stat_of b rx_packets)
	wait_until 30 stat_reaches a $((seen_a + 200)) rx_packets || traffic_failed
	wait_until 30 stat_reaches b $((seen_b + 200)) rx_packets || traffic_failed
}

traffic_failed() {
	cat "$TMP/iperf.log"
	fail "traffic stopped"
}

traffic_stop() {
	kill -0 "$TRAFFIC" || traffic_failed
	reap "$TRAFFIC"
}

# large_segments SIDE: its TCP makes super-frames whatever it thinks of the speed. On a busy
# machine it would send two segments of 1500 at a time, which cards copy.
large_segments() {
	local file=/proc/sys/net/ipv4/tcp_min_tso_segs
	defer on "$1" sh -c "echo $(on "$1" cat $file) >$file"
	on "$1" sh -c "echo 16 >$file"
}
