#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Interrupts that get lost, that nobody asked for, that come in storms, and vectors
# that stay masked: the driver's watchdog makes up for them, and the traffic goes on.

. "$(dirname "$0")/lib.sh"

QUEUES=2
FRESH_CARDS=1
readonly MISC=0x80000000	# the bit of vector 0

no_resets() {
	local side
	for side in a b; do expect "$(stat_of "$side" resets)" -eq 0 "resets of $side"; done
}

# Nothing else will come that has somebody look at the queue.
lost_when_idle() {
	fault b irq_lost times=1
	frames a count=1
	struck b irq_lost 1
	wait_until 10 stat_reaches b 1 irq_missed || fail "nobody noticed"
	wait_until 5 stat_reaches b 1 rx_packets || fail "the frame was not received"
	no_resets
	ping_all a 20
}

# The same of a completion
lost_completion() {
	tx_interrupts_on a
	fault a irq_lost times=1
	frames a count=1
	struck a irq_lost 1
	wait_until 10 stat_reaches a 1 tx_packets || fail "the frame was not completed"
	expect "$(stat_of a irq_missed)" -ge 1 "interrupts that were made up for"
	no_resets
	ping_all a 20
}

lost_under_traffic() {
	need_fault a irq_lost
	traffic_start
	# a busy sender has not many
	fault a irq_lost times=3 interval=5
	fault b irq_lost times=3 interval=20
	struck a irq_lost 3
	struck b irq_lost 3
	traffic_flows
	traffic_stop
	no_resets
}

# For as long as all are lost, the watchdog is all that there is.
all_lost_for_a_while() {
	need_fault b irq_lost
	traffic_start
	fault b irq_lost
	struck b irq_lost 3
	wait_until 10 stat_reaches b 1 irq_missed || fail "nobody noticed"
	fault_off b irq_lost
	traffic_flows
	traffic_stop
	ping_all a 20
}

link_change_lost() {
	fault a irq_lost queues="$MISC" times=1
	link_set b down
	wait_until 10 no_carrier a || fail "nobody noticed that the link is down"
	expect "$(fault_hits a irq_lost)" -eq 1 "interrupts lost"
	fault a irq_lost queues="$MISC" times=1
	card_up b
	carrier
	struck a irq_lost 2
	expect "$(stat_of a irq_missed)" -ge 2 "interrupts that were made up for"
	ping_all a 20
}

# A queue is halted, and nobody hears of it.
error_lost() {
	fault a irq_lost queues="$MISC" times=1
	fault a dma_data times=1 rx_queues=0
	frames a count=5
	struck a irq_lost 1
	wait_until 10 stat_reaches b 4 rx_packets || fail "the queue does not go on"
	expect "$(stat_of a tx_dma_fault)" -eq 1 "faults"
	expect "$(stat_of a irq_missed)" -ge 1 "interrupts that were made up for"
	ping_all a 20
}

# Nor of one that receives. It counts nothing as missed: only its state tells.
error_lost_by_receiver() {
	fault b irq_lost queues="$MISC" times=1
	fault b dma_data times=1 queues=0
	frames a count=1
	struck b irq_lost 1
	wait_until 10 stat_reaches b 1 irq_missed || fail "nobody has looked"
	ping_all a 20
}

# The shared line has a vector for errors that the driver unmasks, in vain.
errors_stuck() {
	local missed
	et b --set-priv-flags legacy-irq on
	defer et b --set-priv-flags legacy-irq off
	carrier
	fault b irq_stuck queues="$MISC" times=1
	link_set a carrier off
	struck b irq_stuck 1
	link_set a carrier on
	wait_until 10 has_carrier b || fail "the link stays down"
	missed=$(stat_of b irq_missed)
	fault b dma_data times=1 queues=0
	frames a count=1
	struck b dma_data 1
	wait_until 10 stat_reaches b $((missed + 1)) irq_missed || fail "nobody has looked"
	ping_all a 20
}

spurious() {
	need_fault b irq_spurious
	traffic_start
	fault a irq_spurious
	fault b irq_spurious
	struck a irq_spurious 100
	struck b irq_spurious 100
	traffic_flows
	# ... and from the vector for link and errors
	link_set a carrier off
	wait_until 10 no_carrier b
	link_set a carrier on
	carrier
	traffic_flows
	fault_off a irq_spurious
	fault_off b irq_spurious
	traffic_stop
	no_resets
}

# They are all delivered, and traffic and machine live on.
storm() {
	local irqs
	need_fault b irq_storm
	traffic_start
	irqs=$(irq_total b)
	fault b irq_storm times=3 burst=1000
	# TCP may have stopped for a while.
	stormed() {
		all_queues_used
		fault_struck b irq_storm 3
	}
	wait_until 20 stormed || fail "it has struck only $(fault_hits b irq_storm) times"
	irqs_reach() { [ "$(irq_total b)" -ge $((irqs + 3000)) ]; }
	wait_until 20 irqs_reach || fail "$(($(irq_total b) - irqs)) interrupts are no storm"
	traffic_flows
	traffic_stop
	no_resets
	ping_all a 20
}

# Unmasking has no effect until the queue is enabled anew.
stuck_vector() {
	need_fault b irq_stuck
	traffic_start
	provoke b irq_stuck times=1
	# Whichever queue it was, TCP may have no use for it.
	restarted() {
		all_queues_used
		stat_reaches b 1 rx_restarts tx_restarts resets
	}
	wait_until 20 restarted || fail "nothing was started anew"
	traffic_flows
	traffic_stop
	ping_all a 20
}

# A vector of an idle queue: it is a frame that finds out.
stuck_when_idle() {
	fault b irq_stuck times=1
	frames a count=1
	struck b irq_stuck 1
	frames a count=3
	wait_until 10 stat_reaches b 4 rx_packets || fail "nothing is received any more"
	wait_until 10 stat_reaches b 1 rx_restarts resets || fail "nothing was started anew"
	ping_all a 20
}

# Vectors of the other queues do what they did. (Frames that are not IP go to queue 0.)
other_queues() {
	fault b irq_stuck queues=2
	fault b irq_lost queues=2
	frames a count=50 gap=1000
	wait_until 10 stat_reaches b 50 rx0_packets
	expect "$(fault_hits b irq_lost)" -eq 0 "interrupts lost of a queue without any"
	expect "$(stat_of b irq_missed resets rx_restarts)" -eq 0 "repairs"
	fault_off b irq_stuck
	fault_off b irq_lost
	ping_all a 20
}

run lost_when_idle lost_completion lost_under_traffic all_lost_for_a_while \
	link_change_lost error_lost error_lost_by_receiver \
	errors_stuck spurious storm stuck_vector stuck_when_idle other_queues
