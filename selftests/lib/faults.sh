# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Faults of cards and cables, to order: sourced by lib.sh.

# debugfs SIDE FILE: its path. Those of faults are there when they are asked for.
debugfs() {
	local dir
	dir=$(readlink "$(sysfs_of "$1")/device")
	dir=/sys/kernel/debug/simnic/${dir##*/}
	case $2 in
	fault/* | wire/*) [ -d "$dir/fault" ] || [ ! -w "$dir/faults" ] || echo 1 >"$dir/faults" ;;
	esac
	echo "$dir/$2"
}

# fault_dir SIDE NAME: where its files are; those of the cable are wire/NAME
fault_dir() {
	case $2 in
	wire/*) debugfs "$1" "$2" ;;
	*) debugfs "$1" "fault/$2" ;;
	esac
}

# fault SIDE NAME [FILE=VALUE...]: a fault of the card, or of the cable behind it; until
# the case is over. It strikes always and everywhere, if not said otherwise.
fault() {
	local dir word probability=100
	dir=$(fault_dir "$1" "$2")
	need_fault "$1" "$2"
	defer fault_off "$1" "$2"
	echo 0 >"$dir/probability"
	for word in queues=0xffffffff rx_queues=0xffffffff cleared_by=queue; do
		[ ! -e "$dir/${word%%=*}" ] || echo "${word#*=}" >"$dir/${word%%=*}"
	done
	for word in interval=1 times=-1 space=0 "${@:3}"; do
		case $word in
		probability=*) probability=${word#*=} ;;
		*) echo "${word#*=}" >"$dir/${word%%=*}" || fail "fault $2: $word is refused" ;;
		esac
	done
	echo "$probability" >"$dir/probability"
}

fault_off() { echo 0 >"$(fault_dir "$1" "$2")/probability"; }

# fault_file SIDE NAME FILE [VALUE]: reads or writes one of its files
fault_file() {
	if [ $# -gt 3 ]; then
		echo "$4" >"$(fault_dir "$1" "$2")/$3"
	else
		cat "$(fault_dir "$1" "$2")/$3"
	fi
}

# fault_hits SIDE NAME: how often it has struck
fault_hits() { fault_file "$1" "$2" hits; }

# fault_struck SIDE NAME HITS: for wait_until
fault_struck() {
	local hits
	read -r hits <"$(fault_dir "$1" "$2")/hits" && [ "$hits" -ge "$3" ]
}

# provoke SIDE NAME [FILE=VALUE...]: likewise, and waits until it has struck for the first
# time; traffic has to see to that
provoke() {
	local hits
	need_fault "$1" "$2"
	hits=$(fault_hits "$1" "$2")
	fault "$@"
	wait_until 20 fault_struck "$1" "$2" $((hits + 1)) || fail "fault $2 has not struck"
}

# struck SIDE NAME N: that it has struck so often, since the card was made
struck() {
	wait_until 20 fault_struck "$1" "$2" "$3" ||
		fail "fault $2 has struck only $(fault_hits "$1" "$2") times"
}

need_debugfs() {
	[ -d /sys/kernel/debug/simnic ] || mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
	[ -w "$(debugfs "$1" "$2")" ] || skip "no debugfs file $2"
}

need_fault() {
	[ -d /sys/kernel/debug/simnic ] || mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
	[ -w "$(fault_dir "$1" "$2")/probability" ] || skip "no fault $2 in debugfs"
}

# stuck_under_traffic SIDE FAULT CLEARED_BY REPAIRS STALLS: one of that side's queues gets
# stuck by FAULT; the counter REPAIRS says what repaired it, STALLS that it was noticed
stuck_under_traffic() {
	local side=$1 fault=$2 repairs=$4 stalls=$5
	# Senders who are held back for so long are not to blame.
	DMESG_ALLOW='NETDEV WATCHDOG'
	need_fault "$side" "$fault"
	traffic_start full
	provoke "$side" "$fault" times=1 cleared_by="$3"
	# A queue that nobody uses is not found to hang, and TCP tries again ever more rarely.
	repaired() {
		all_queues_used
		stat_reaches "$side" 1 "$repairs"
	}
	wait_until 30 repaired || fail "nobody noticed"
	unstuck() { [ $(($(fault_file "$side" "$fault" stuck))) = 0 ]; }
	wait_until 10 unstuck || fail "it is still stuck"
	expect "$(stat_of "$side" "$stalls")" -ge 1 "stalls"
	carrier
	traffic_flows
	traffic_stop
	ping_all a 20
}

# stuck_for_good SIDE FAULT: a queue gets stuck, and nothing helps; to that there is an end
stuck_for_good() {
	local side=$1 fault=$2 began
	DMESG_ALLOW='NETDEV WATCHDOG|giving up'
	need_fault "$side" "$fault"
	began=$SECONDS
	fault "$side" "$fault" times=1 cleared_by=never
	reset_in_vain() {
		all_queues_used
		stat_reaches "$side" 5 resets
	}
	wait_until 90 reset_in_vain || fail "only $(stat_of "$side" resets) resets"
	expect "$(stat_of "$side" health_backoffs)" -ge 1 "resets that were put off"
	given_up() {
		no_carrier a && no_carrier b && pause_for 3 && no_carrier a && return
		all_queues_used
		return 1
	}
	wait_until 60 given_up || fail "still trying"
	echo "given up after $((SECONDS - began)) s"
	expect "$(stat_of "$side" resets)" -eq 5 "resets"
	fault_file "$side" "$fault" stuck 0
	link_set "$side" down
	card_up "$side"
	carrier
	ping_all a 20
	transfer tcp a 300000
}

# no_repairs SIDE: the driver has seen no need of any
no_repairs() {
	expect "$(stat_of "$1" resets tx_restarts rx_restarts tx_timeouts)" -eq 0 "repairs of $1"
}
