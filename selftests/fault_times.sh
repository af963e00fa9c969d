#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# How long recovery takes: each fault strikes once under traffic, REPEAT times. Each
# case prints the median and the longest time from the strike until traffic flows in
# both directions again, in milliseconds; and into the file OUT, if there is one.
#
# Not one of the tests that are run by themselves: it takes long, and asserts only that
# there is a recovery.

. "$(dirname "$0")/lib.sh"

readonly REPEAT=${REPEAT:-20} OUT=${OUT:-/dev/null}

QUEUES=1
# They come and go: accounting is for the tests.
CARDS=

place() { echo "${NS[$1]},${DEV[$1]},${MAC[$1]}"; }

# healthy: as if nothing had happened before. A card that was in trouble a moment ago gets
# the harsher cure, and "devlink health recover" does nothing if all is well.
healthy() {
	local side
	for side in a b; do
		link_set "$side" down
		link_set "$side" up
	done
	carrier
}

# times NAME [FILE=VALUE...]: of fault NAME of card b, or ("a:NAME") of card a
# ALSO is a fault of card b that strikes once each time, CURE what it takes to recover.
times() {
	local name=${1#a:} side=b i ms=() word dir
	[ "$name" = "$1" ] || side=a
	need_fault "$side" "$name"
	dir=$(fault_dir "$side" "$name")
	defer fault_off "$side" "$name"
	# shellcheck disable=SC2034 # for log_check
	DMESG_ALLOW=.
	for word in "${@:2}"; do echo "${word#*=}" >"$dir/${word%%=*}"; done
	for i in $(seq "$REPEAT"); do
		# shellcheck disable=SC2086 # its parameters
		[ -z "${ALSO:-}" ] || fault b $ALSO times=1
		ms+=("$(python3 -B "$HERE/fault_times.py" "$(place a)" "$(place b)" "$dir" "${CURE:-}")")
		healthy
	done
	printf '%s\n' "${ms[@]}" | sort -n | awk -v name="${ROW:-$name}" -v how="${*:2}" '
		{ t[NR] = $1 }
		END {
			median = (t[int((NR + 1) / 2)] + t[int(NR / 2) + 1]) / 2
			printf "%s\t%s\t%d\t%d\t%d\n", name, how, NR, median, t[NR]
		}' | tee -a "$OUT"
}

irq_lost() { times irq_lost; }
irq_spurious() { times irq_spurious; }
irq_storm() { times irq_storm burst=1000; }
irq_stuck() { times irq_stuck; }
tx_stuck() { times a:tx_stuck cleared_by=queue; }
tx_stuck_reset() { times a:tx_stuck cleared_by=reset; }
rx_stuck() { times rx_stuck cleared_by=queue; }
rx_stuck_reset() { times rx_stuck cleared_by=reset; }
tx_delay() { times a:tx_delay usecs=1000; }
tx_order() { times a:tx_order usecs=1000; }
tx_dup() { times a:tx_dup; }
tx_bogus() { times a:tx_bogus; }
rx_delay() { times rx_delay usecs=1000; }
rx_order() { times rx_order usecs=1000; }
rx_dup() { times rx_dup; }
rx_bogus() { times rx_bogus; }
rx_len() { times rx_len; }
rx_buffer() { times rx_buffer; }
rx_type() { times rx_type; }
rx_csum() { times rx_csum; }
dma_desc() { times a:dma_desc rx_queues=0; }
dma_data() { times a:dma_data rx_queues=0; }
dma_desc_rx() { times dma_desc queues=0; }
dma_data_rx() { times dma_data queues=0; }
link_flap() { times link_flap usecs=1000; }

# Two at once: a reset that does not go well, and what has it begin
reset_late() {
	ALSO="reset_late usecs=20000" ROW=reset_late times rx_stuck cleared_by=reset
}

reset_never() {
	ALSO=reset_never ROW=reset_never times rx_stuck cleared_by=reset
}

# Somebody has to push it in again, and to say so.
card_gone() {
	local pdev
	pdev=$(readlink "$(sysfs_of b)/device")
	CURE="$(off card_gone gone) && $(off card_gone probability) &&
		nsenter --net=/run/netns/${NS[b]} devlink health recover platform/${pdev##*/} reporter fatal"
	times card_gone
}

# It lasts as long as the fault.
link_alone() {
	CURE=$(off link_alone probability)
	times link_alone
}

# off NAME FILE: the command that has 0 in it
off() { echo "echo 0 >$(fault_dir b "$1")/$2"; }

# shellcheck disable=SC2086 # a list
run ${FAULTS:-irq_lost irq_spurious irq_storm irq_stuck tx_stuck tx_stuck_reset rx_stuck \
	rx_stuck_reset tx_delay tx_order tx_dup tx_bogus rx_delay rx_order rx_dup rx_bogus rx_len \
	rx_buffer rx_type rx_csum dma_desc dma_data dma_desc_rx dma_data_rx card_gone reset_late \
	reset_never link_flap link_alone}
