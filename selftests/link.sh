#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Cards come and go, and know whether they have a link.

. "$(dirname "$0")/lib.sh"

shows_cable() {
	expect "$(link_json a .linkinfo.info_kind)" = simnic "kind"
	expect "$(sysfs a iflink)" = "$(sysfs b ifindex)" "other end of a's cable"
	expect "$(sysfs b iflink)" = "$(sysfs a ifindex)" "other end of b's cable"
}

shows_cable_in_one_namespace() {
	CARDS=	# b is not where its frames are looked for
	ip -n "${NS[b]}" link set dev "${DEV[b]}" netns "${NS[a]}"
	defer card_up b
	defer ip -n "${NS[a]}" link set dev "${DEV[b]}" netns "${NS[b]}"
	ip -n "${NS[a]}" link show dev "${DEV[a]}" | grep -q "${DEV[a]}@${DEV[b]}:"
	expect "$(sysfs a simnic/cable)" = "${DEV[b]}" "cable"
}

no_cable_no_carrier() {
	ns_up c
	defer ns_down c
	card_add c
	link_set c up
	has_irq() { [ -n "$(irq_number "$(irq_name c 0)")" ]; }
	wait_until 5 has_irq
	expect "$(sysfs c carrier)" = 0 "carrier without a cable"
	expect "$(sysfs c simnic/cable)" = none "cable"
	expect "$(sysfs c iflink)" = "$(sysfs c ifindex)" "iflink without a cable"
	ip -n "${NS[c]}" link del dev "${DEV[c]}"
	! has_irq || fail "an interrupt is left of a deleted card"
}

carrier_needs_both_ends() {
	link_set b down
	defer card_up b
	wait_until 5 no_carrier a
	link_set a down
	defer card_up a
	link_set b up
	expect "$(sysfs b carrier)" = 0 "carrier while the partner is down"
	card_up a
	carrier
}

down_and_up_again() {
	local i
	for i in 1 2 3 4 5; do
		link_set a down
		wait_until 5 no_carrier b
		card_up a
		carrier
	done
	ping_all b 10
}

pull_the_plug() {
	link_set a carrier off
	defer link_set a carrier on
	wait_until 5 no_carrier a
	wait_until 5 no_carrier b
	link_set a carrier on
	carrier
	ping_all a 10
}

# Pulled at both ends, it takes both ends to have a link again.
pull_both_plugs() {
	link_set a carrier off
	defer link_set a carrier on
	link_set b carrier off
	defer link_set b carrier on
	wait_until 5 no_carrier a
	link_set a carrier on
	expect "$(sysfs a carrier)" = 0 "carrier with the other plug pulled"
	link_set b carrier on
	carrier
}

addresses() {
	ns_up c
	defer ns_down c
	ip -n "${NS[c]}" link add x0 type simnic
	ip -n "${NS[c]}" link add x1 type simnic
	expect "$(cat "$TMP/sys.c/class/net/x0/address")" != "$(cat "$TMP/sys.c/class/net/x1/address")" \
		"addresses of two cards"
	expect "$(on c ethtool -P x0)" = "Permanent address: $(cat "$TMP/sys.c/class/net/x0/address")" \
		"address of a new card"
	expect "$(et a -P)" != "Permanent address: ${MAC[a]}" "address of a card that was given another"
	expect "$(sysfs a addr_assign_type)" = 3 "assignment of an address that was asked for"
}

new_address_while_up() {
	local new=02:53:4e:00:01:0b
	link_set b address "$new"
	defer link_set b address "${MAC[b]}"
	ip -n "${NS[a]}" neigh replace "${IP4[b]}" lladdr "$new" dev "${DEV[a]}" nud permanent
	defer card_up a
	ping_all a 10
}

default_queues() {
	local cpus
	cpus=$(nproc)
	expect "$(queue_count a)" -eq $((cpus < 8 ? cpus : 8)) "queues of a default card"
}

asked_for_queues() {
	ns_up c
	defer ns_down c
	QUEUES=3
	card_add c
	expect "$(queue_count c)" = 3 "queues"
	expect "$(find "$(sysfs_of c)/queues" -name 'rx-*' | wc -l)" = 3 "receive queues"
	QUEUES=16
	ip -n "${NS[c]}" link del dev "${DEV[c]}"
	card_add c
	expect "$(queue_count c)" = 16 "queues"
}

second_card_in_other_namespace() {
	ns_up c
	defer ns_down c
	ns_up d
	defer ns_down d
	card_add c
	ip -n "${NS[c]}" link add "${DEV[d]}" link "${DEV[c]}" netns "${NS[d]}" type simnic
	expect "$(sysfs d iflink)" = "$(sysfs c ifindex)" "other end"
}

renamed() {
	link_set a down
	defer card_up a
	ip -n "${NS[a]}" link set dev "${DEV[a]}" name othername
	ip -n "${NS[a]}" link set dev othername up
	[ -n "$(irq_number othername-TxRx-0)" ] || fail "interrupts have the old name"
	ip -n "${NS[a]}" link set dev othername down
	ip -n "${NS[a]}" link set dev othername name "${DEV[a]}"
}

run shows_cable shows_cable_in_one_namespace no_cable_no_carrier carrier_needs_both_ends \
	down_and_up_again pull_the_plug pull_both_plugs addresses new_address_while_up \
	default_queues asked_for_queues second_card_in_other_namespace renamed
