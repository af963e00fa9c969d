# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Interrupts, as /proc/interrupts has them: sourced by lib.sh.

# irq_name SIDE QUEUE: as in /proc/interrupts; QUEUE may be "misc"
irq_name() {
	case $2 in
	misc) echo "${DEV[$1]}-misc" ;;
	*) echo "${DEV[$1]}-TxRx-$2" ;;
	esac
}

# irq_number NAME
irq_number() {
	awk -v name="$1" '$NF == name { sub(":", "", $1); print $1; exit }' /proc/interrupts
}

# irq_count NAME [CPU]: how often it came, on that processor or on all
irq_count() {
	awk -v name="$1" -v cpu="${2:-}" '
		NR == 1 { for (i = 1; i <= NF; i++) { n = i + 1; column[substr($i, 4)] = n } }
		$NF == name {
			if (cpu != "") sum += $column[cpu]
			else for (i = 2; i <= n; i++) sum += $i
		}
		END { print sum + 0 }' /proc/interrupts
}

# irq_total SIDE: of all its queues
irq_total() {
	awk -v prefix="${DEV[$1]}-TxRx-" '
		NR == 1 { n = NF + 1 }
		index($NF, prefix) == 1 { for (i = 2; i <= n; i++) sum += $i }
		END { print sum + 0 }' /proc/interrupts
}

# tx_interrupts_on SIDE: what it has sent is told by interrupts, until the case is over
tx_interrupts_on() {
	[ -z "${SIMNIC_PLAIN:-}" ] || return 0
	et "$1" --set-priv-flags tx-interrupts on
	defer et "$1" --set-priv-flags tx-interrupts off
}
