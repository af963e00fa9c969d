#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# /proc/irq/N/smp_affinity decides where interrupts arrive, and keeps doing so.

. "$(dirname "$0")/lib.sh"

QUEUES=2

# Frames without a hash go to queue 0.
name() { irq_name b 0; }

pin() { echo "$1" >"/proc/irq/$(irq_number "$(name)")/smp_affinity_list"; }

# effective IRQ: the processor it goes to. Where no interrupt controller of the machine
# itself knows of such, the kernel has no file for it, and all of the affinity counts.
effective() {
	local file=/proc/irq/$1/effective_affinity_list
	[ -e "$file" ] || file=/proc/irq/$1/smp_affinity_list
	cat "$file"
}

pinned_to() {
	expect "$(cat "/proc/irq/$(irq_number "$(name)")/smp_affinity_list")" = "$1" "affinity $2"
	local here all before
	here=$(irq_count "$(name)" "$1") all=$(irq_count "$(name)")
	before=$(stat_of b rx_packets)
	frames a count=50 gap=500
	wait_until 10 stat_reaches b $((before + 50)) rx_packets
	here=$(($(irq_count "$(name)" "$1") - here)) all=$(($(irq_count "$(name)") - all))
	expect "$here" -ge 1 "interrupts on processor $1 $2"
	expect "$all" -eq "$here" "interrupts on all processors and on $1 $2"
}

moves() {
	local cpu
	need_cpus 2
	for cpu in 1 0 $(($(nproc) - 1)) 0; do
		pin "$cpu"
		expect "$(effective "$(irq_number "$(name)")")" = "$cpu" "effective affinity"
		pinned_to "$cpu" "after moving"
	done
}

moves_under_traffic() {
	local cpu
	need_cpus 2
	traffic_start
	for cpu in 1 0 $(($(nproc) - 1)) 0 1 0; do
		pin "$cpu"
		traffic_flows
	done
	traffic_stop
}

survives_down_and_up() {
	need_cpus 2
	pin 1
	link_set b down
	card_up b
	carrier
	pinned_to 1 "after down and up"
}

survives_new_rings() {
	need_cpus 2
	pin 1
	et b -G rx 256 tx 256
	carrier
	pinned_to 1 "after -G"
}

survives_new_channels() {
	need_cpus 2
	pin 1
	et b -L combined 1
	et b -L combined 2
	carrier
	pinned_to 1 "after -L"
}

survives_mtu() {
	need_cpus 2
	pin 1
	link_set b mtu 2000
	defer link_set b mtu 1500
	carrier
	pinned_to 1 "after a change of the MTU"
}

# Vectors of a new card are not all on one processor.
spread_by_default() {
	need_cpus 2
	where() { effective "$(irq_number "$(irq_name a "$1")")"; }
	expect "$(where 0)" != "$(where 1)" "processors of two queues"
}

run spread_by_default moves moves_under_traffic survives_down_and_up survives_new_rings \
	survives_new_channels survives_mtu
