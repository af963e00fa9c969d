# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Cards, their namespaces and what can be seen of them: sourced by lib.sh.

# The cards that a test may have, by side; pair_up makes a and b.
declare -A NS=([a]="simnic-a-$$" [b]="simnic-b-$$" [c]="simnic-c-$$" [d]="simnic-d-$$")
declare -rA DEV=([a]=nica [b]=nicb [c]=nicc [d]=nicd)
declare -rA PEER=([a]=b [b]=a [c]=d [d]=c)
declare -rA MAC=([a]=02:53:4e:00:00:0a [b]=02:53:4e:00:00:0b
		 [c]=02:53:4e:00:00:0c [d]=02:53:4e:00:00:0d)
declare -rA IP4=([a]=198.18.0.1 [b]=198.18.0.2 [c]=198.18.0.3 [d]=198.18.0.4)
declare -rA IP6=([a]=2001:db8::1 [b]=2001:db8::2 [c]=2001:db8::3 [d]=2001:db8::4)
# Devices of a group are deleted at once, which takes no longer than one. And not
# later, as those are that are left to their namespace.
readonly CARD_GROUP=77
# Nobody has this address. Side a sends frames for it to side b, whose stack drops them.
readonly NOBODY4=198.18.0.99

has_carrier() { sysfs_is "$1" carrier 1; }
no_carrier() { sysfs_is "$1" carrier 0; }
carrier() { wait_until 10 has_carrier a && wait_until 10 has_carrier b; }
card_count() { find /sys/bus/platform/devices -name 'simnic*' | wc -l; }
exists() { ip -n "${NS[$1]}" link show dev "${DEV[$1]}" >/dev/null 2>&1; }

# A namespace that sends nothing of its own accord; its /sys is mounted for us
ns_up() {
	mkdir -p "$TMP/sys.$1"
	# shellcheck disable=SC2016 # for the other shell
	ip netns add "${NS[$1]}" && on "$1" sh -c '
		mount -t sysfs sysfs "$1" &&
		echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 &&
		ip link set lo up' sh "$TMP/sys.$1"
}

ns_down() {
	umount -l "$TMP/sys.$1" 2>/dev/null || true
	ip netns del "${NS[$1]}"
}

# card_add SIDE [ARG...]: ip link add, with the arguments that go before "type"
card_add() {
	local side=$1
	shift
	ip -n "${NS[$side]}" link add "${DEV[$side]}" group "$CARD_GROUP" address "${MAC[$side]}" "$@" \
		${QUEUES:+numtxqueues "$QUEUES" numrxqueues "$QUEUES"} type simnic
}

# Without what makes it fast: who sets SIMNIC_PLAIN sees all cases pass the long way, too
plain() {
	local mark
	mark=$TMP/plain.$1.$(cat "$(sysfs_of "$1")/ifindex")
	[ ! -e "$mark" ] || return 0
	: >"$mark"
	et "$1" --set-priv-flags page-sharing off tx-interrupts on tx-posted off
	et "$1" --set-tunable tx-copybreak 0
	et "$1" --set-tunable rx-copybreak 0
	et "$1" -C adaptive-rx off rx-usecs 20
	et "$1" -K tso off tx-udp-segmentation off rx-gro-hw off
}

# A case that is about just that
not_plain() { [ -z "${SIMNIC_PLAIN:-}" ] || skip "what it is about is off"; }

# Up, with an address, and knowing the neighbour without asking
card_up() {
	local side=$1 peer=${PEER[$1]} dev=${DEV[$1]}
	[ -z "${SIMNIC_PLAIN:-}" ] || plain "$side" >/dev/null
	ip -n "${NS[$side]}" -batch - <<-END
		addr replace ${IP4[$side]}/24 dev $dev
		link set dev $dev up
		neigh replace ${IP4[$peer]} lladdr ${MAC[$peer]} dev $dev nud permanent
		neigh replace $NOBODY4 lladdr ${MAC[$peer]} dev $dev nud permanent
	END
}

# Two cards and the cable between them; each in its namespace, not yet up
pair_add() {
	ns_up a && ns_up b && card_add a &&
		ip -n "${NS[a]}" link add "${DEV[b]}" group "$CARD_GROUP" address "${MAC[b]}" \
			link "${DEV[a]}" netns "${NS[b]}" \
			${QUEUES:+numtxqueues "$QUEUES" numrxqueues "$QUEUES"} type simnic
}

pair_up() { pair_add && card_up a && card_up b && carrier; }

pair_down() {
	local side
	for side in a b c d; do
		[ -e "/run/netns/${NS[$side]}" ] || continue
		ip netns pids "${NS[$side]}" | xargs -r kill -KILL 2>/dev/null || true
		ip -n "${NS[$side]}" link del group "$CARD_GROUP" 2>/dev/null || true
		ns_down "$side"
	done
}

# What a program may define anew
setup() { pair_up; }
teardown() { pair_down; }

# Side b moves to side a's namespace, for the rest of the case
in_one_namespace() {
	ip -n "${NS[b]}" link set dev "${DEV[b]}" netns "${NS[a]}"
	umount -l "$TMP/sys.b"
	rmdir "$TMP/sys.b"
	ln -s sys.a "$TMP/sys.b"
	defer rm "$TMP/sys.b"
	NS[b]=${NS[a]}
	card_up b
	carrier
}

ipv6_up() {
	local side
	for side in a b; do
		on "$side" sh -c "echo 0 >/proc/sys/net/ipv6/conf/${DEV[$side]}/disable_ipv6"
		ip -n "${NS[$side]}" addr replace "${IP6[$side]}/64" dev "${DEV[$side]}" nodad
	done
}

queue_count() { et "$1" -l | section Current Combined; }

# section HEADING KEY: the value of "KEY: value" below "HEADING" in ethtool's output
section() {
	local line inside=''
	while IFS= read -r line; do
		[[ $line != "$1"* ]] || inside=1
		[[ $inside && $line =~ ^"$2":[[:space:]]*(.*) ]] || continue
		echo "${BASH_REMATCH[1]}"
		return
	done
	return 1
}

# field KEY: likewise, wherever it is
field() {
	local line
	while IFS= read -r line; do
		[[ $line =~ ^[[:space:]]*"$1":[[:space:]]*(.*) ]] || continue
		echo "${BASH_REMATCH[1]}"
		return
	done
	return 1
}

# feature SIDE NAME: on or off (a fixed one has more to say)
feature() { et "$1" -k | field "$2"; }
