# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests in this directory share. A test program sources this file,
# defines a function for each of its cases and ends in
#
#	run CASE...
#
# A case is a script in which every command has to succeed: the first one that
# does not, ends and fails it, and the log of the case tells which it was. It
# finds two cards, cabled together, up, and in a namespace each: side "a" and
# side "b". When it is over, the frames of both are accounted for to the last
# one and the kernel's log is looked through. A failed case is followed by new
# cards; a case that did well leaves them as it found them (see defer).

set -u
export LC_ALL=C

readonly KSFT_PASS=0 KSFT_FAIL=1 KSFT_SKIP=4

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROGRAM=$(basename "$0" .sh)
readonly HERE PROGRAM

# The cards that a test may have, by side; pair_up makes a and b.
declare -rA NS=([a]="simnic-a-$$" [b]="simnic-b-$$" [c]="simnic-c-$$" [d]="simnic-d-$$")
declare -rA DEV=([a]=nica [b]=nicb [c]=nicc [d]=nicd)
declare -rA PEER=([a]=b [b]=a [c]=d [d]=c)
declare -rA MAC=([a]=02:53:4e:00:00:0a [b]=02:53:4e:00:00:0b
		 [c]=02:53:4e:00:00:0c [d]=02:53:4e:00:00:0d)
declare -rA IP4=([a]=198.18.0.1 [b]=198.18.0.2 [c]=198.18.0.3 [d]=198.18.0.4)
declare -rA IP6=([a]=2001:db8::1 [b]=2001:db8::2 [c]=2001:db8::3 [d]=2001:db8::4)
# Nobody has this address. Side a sends frames for it to side b, whose stack drops them.
readonly NOBODY4=198.18.0.99

# How frames end that a card sent but its partner's driver did not receive.
readonly TX_DROPS="tx_no_link tx_oversize"
readonly RX_DROPS="rx_disabled rx_filtered rx_vlan_filtered rx_oversize rx_missed
	rx_dma_fault rx_alloc_drops rx_flushed rx_errors"

# A program may change these before run.
QUEUES=			# queue pairs of each card; empty: the driver's default
FRESH_CARDS=		# set: new cards for every case
CARDS="a b"		# whose frames are accounted for

# ---- Commands on one side ---------------------------------------------------

# on SIDE COMMAND...: in the namespace of that side
on() {
	local ns=${NS[$1]}
	shift
	ip netns exec "$ns" "$@"
}

# spawn SIDE COMMAND...: likewise, in the background, until the case is over
spawn() {
	local ns=${NS[$1]}
	shift
	ip netns exec "$ns" "$@" &
	defer reap $!
}

reap() {
	kill "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}

# et SIDE OPTION [ARG...]: ethtool OPTION DEVICE ARG...
et() {
	local side=$1
	shift
	if [ $# -gt 0 ]; then
		local option=$1
		shift
		on "$side" ethtool "$option" "${DEV[$side]}" "$@"
	else
		on "$side" ethtool "${DEV[$side]}"
	fi
}

# link_set SIDE ARG...: ip link set dev DEVICE ARG...
link_set() {
	local side=$1
	shift
	ip -n "${NS[$side]}" link set dev "${DEV[$side]}" "$@"
}

# link_json SIDE FILTER: ip -d link show, through jq
link_json() {
	ip -n "${NS[$1]}" -d -j link show dev "${DEV[$1]}" | jq -r ".[0]$2"
}

# sysfs SIDE FILE: reads /sys/class/net/DEVICE/FILE
sysfs() { on "$1" cat "/sys/class/net/${DEV[$1]}/$2"; }

# sysfs_write SIDE FILE VALUE
sysfs_write() {
	# shellcheck disable=SC2016 # for the other shell
	on "$1" sh -c 'echo "$1" >"$2"' sh "$3" "/sys/class/net/${DEV[$1]}/$2"
}

tool() { python3 -I -S "$HERE/$1" "${@:2}"; }

# spawn_tool PROGRAM ARG...: likewise, in the background, until the case is over
spawn_tool() {
	python3 -I -S "$HERE/$1" "${@:2}" &
	defer reap $!
}

# ---- What a case may say ------------------------------------------------------

fail() {
	echo "FAILED: $*"
	exit "$KSFT_FAIL"
}

skip() {
	echo "SKIP: $*"
	exit "$KSFT_SKIP"
}

# expect VALUE OPERATOR VALUE WHAT...: test(1), but it says what it compared
expect() {
	test "$1" "$2" "$3" || fail "${*:4}: $1 $2 $3 does not hold"
}

# refuse [-m REGEX] COMMAND...: must fail; with -m, and its output must match
refuse() {
	local regex='' out
	[ "$1" = -m ] && { regex=$2; shift 2; }
	if out=$("$@" 2>&1); then
		fail "was not refused: $*"
	fi
	[ -z "$regex" ] || grep -Eqi -- "$regex" <<<"$out" ||
		fail "'$*' was refused, but not with '$regex': $out"
}

# wait_until SECONDS COMMAND...: until it succeeds. Generous limits cost nothing.
wait_until() {
	local end=$((SECONDS + $1 + 1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# defer COMMAND...: run it when the case is over, in whatever way. Last in, first out.
DEFERRED=()
defer() { DEFERRED=("$(printf '%q ' "$@")" ${DEFERRED[@]+"${DEFERRED[@]}"}); }

run_deferred() {
	local command
	for command in ${DEFERRED[@]+"${DEFERRED[@]}"}; do
		eval "$command" || true
	done
}

# ---- Cards ----------------------------------------------------------------------

has_carrier() { [ "$(sysfs "$1" carrier 2>/dev/null)" = 1 ]; }
no_carrier() { [ "$(sysfs "$1" carrier 2>/dev/null)" = 0 ]; }
carrier() { wait_until 10 has_carrier a && wait_until 10 has_carrier b; }
card_count() { find /sys/bus/platform/devices -name 'simnic*' | wc -l; }
exists() { ip -n "${NS[$1]}" link show dev "${DEV[$1]}" >/dev/null 2>&1; }

# A namespace that sends nothing of its own accord
ns_up() {
	ip netns add "${NS[$1]}" &&
		on "$1" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 &&
			ip link set lo up'
}

# card_add SIDE [ARG...]: ip link add, with the arguments that go before "type"
card_add() {
	local side=$1
	shift
	ip -n "${NS[$side]}" link add "${DEV[$side]}" address "${MAC[$side]}" "$@" \
		${QUEUES:+numtxqueues "$QUEUES" numrxqueues "$QUEUES"} type simnic
}

# Up, with an address, and knowing the neighbour without asking
card_up() {
	local side=$1 peer=${PEER[$1]} dev=${DEV[$1]}
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
		ip -n "${NS[a]}" link add "${DEV[b]}" address "${MAC[b]}" link "${DEV[a]}" \
			${QUEUES:+numtxqueues "$QUEUES" numrxqueues "$QUEUES"} type simnic &&
		ip -n "${NS[a]}" link set dev "${DEV[b]}" netns "${NS[b]}"
}

pair_up() { pair_add && card_up a && card_up b && carrier; }

pair_down() {
	local side
	for side in "${!NS[@]}"; do
		[ -e "/run/netns/${NS[$side]}" ] || continue
		ip netns pids "${NS[$side]}" | xargs -r kill -KILL 2>/dev/null
		ip -n "${NS[$side]}" link del dev "${DEV[$side]}" 2>/dev/null
		ip netns del "${NS[$side]}"
	done
	return 0
}

# What a program may define anew
setup() { pair_up; }
teardown() { pair_down; }

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
	awk -F':[ \t]*' -v heading="$1" -v key="$2" '
		index($0, heading) == 1 { inside = 1 }
		inside && $1 == key { print $2; exit }'
}

# field KEY: likewise, wherever it is
field() {
	awk -F':[ \t]*' -v key="$1" '
		{ sub(/^[ \t]+/, "", $1) } $1 == key { print $2; exit }'
}

# feature SIDE NAME: on or off (a fixed one has more to say)
feature() { et "$1" -k | field "$2"; }

# debugfs SIDE FILE: the path; skips if there is none
debugfs() {
	local pdev
	pdev=$(on "$1" readlink "/sys/class/net/${DEV[$1]}/device")
	echo "/sys/kernel/debug/simnic/${pdev##*/}/$2"
}

need_debugfs() {
	[ -d /sys/kernel/debug/simnic ] || mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
	[ -w "$(debugfs "$1" "$2")" ] || skip "no debugfs file $2"
}

# kernel_at_least MAJOR.MINOR
kernel_at_least() {
	printf '%s\n' "$1" "$(uname -r | grep -oE '^[0-9]+\.[0-9]+')" | sort -CV
}

# need_cpus N
need_cpus() { [ "$(nproc)" -ge "$1" ] || skip "needs $1 processors"; }

# ---- Counters -------------------------------------------------------------------

# stat_of SIDE NAME...: the sum of these counters of ethtool -S
stat_of() {
	local side=$1
	shift
	et "$side" -S | awk -F':[ \t]*' -v names="$*" '
		BEGIN { n = split(names, list, /[ \t\n]+/); for (i = 1; i <= n; i++) want[list[i]] = 1 }
		{ sub(/^[ \t]+/, "", $1) }
		$1 in want { sum += $2; seen++; delete want[$1] }
		END {
			for (name in want) if (name != "") missing = missing " " name
			if (missing != "") { print "no counter" missing > "/dev/stderr"; exit 1 }
			printf "%d\n", sum
		}'
}

# stat_reaches SIDE VALUE NAME...: for wait_until
stat_reaches() { [ "$(stat_of "$1" "${@:3}")" -ge "$2" ]; }

# balanced FROM TO: all that the cards FROM sent, has arrived at the cards TO or
# in a drop counter
balanced() {
	local side sent=0 dropped=0 received=0 lost=0
	for side in $1; do
		sent=$((sent + $(stat_of "$side" tx_packets)))
		dropped=$((dropped + $(stat_of "$side" "$TX_DROPS")))
	done
	for side in $2; do
		received=$((received + $(stat_of "$side" rx_packets)))
		lost=$((lost + $(stat_of "$side" "$RX_DROPS")))
	done
	BALANCE="($1): $sent sent - $dropped dropped, ($2): $received received + $lost dropped"
	[ $((sent - dropped)) = $((received + lost)) ]
}

accounted() {
	if [ "$CARDS" = "a b" ]; then
		balanced a b && balanced b a
	else
		balanced "$CARDS" "$CARDS"
	fi
}

check_accounting() {
	[ -n "$CARDS" ] || return 0
	wait_until 10 accounted && return
	echo "accounting: $BALANCE"
	local side
	for side in $CARDS; do
		echo "counters of $side:"
		et "$side" -S | grep -v ': 0$'
	done
	fail "frames are not accounted for"
}

# ---- The kernel's log -------------------------------------------------------------

# A case that provokes a message says so: an extended regular expression, for
# single lines, and for whole reports ("cut here" to "end trace") that contain it.
DMESG_ALLOW=

log_mark() {
	MARK="simnic selftest $$: $1"
	echo "$MARK" >/dev/kmsg
}

log_since_mark() {
	dmesg | awk -v mark="$MARK" '
		index($0, mark) { n = 0; next }
		{ line[n++] = $0 }
		END { for (i = 0; i < n; i++) print line[i] }'
}

log_complaints() {
	log_since_mark | awk -v allow="$DMESG_ALLOW" '
		function flush_report() {
			if (allow == "" || report !~ allow)
				printf "%s", report
			report = ""; inside = 0
		}
		/\[ cut here \]/ { inside = 1 }
		inside { report = report $0 "\n" }
		inside && /end trace/ { flush_report(); next }
		inside { next }
		allow != "" && $0 ~ allow { next }
		{ print }
		END { if (inside) flush_report() }' |
	grep -E 'WARNING|BUG|Oops|Call Trace|cut here|KASAN|KCSAN|UBSAN|kmemleak|ODEBUG|DMA-API|Unable to handle|general protection|refcount_t|INFO: task|rcu.*(stall|detected)|soft lockup|hard LOCKUP|circular locking|recursive locking|inconsistent lock|suspicious RCU|scheduling while atomic|sleeping function|page_pool_release_retry|unregister_netdevice: waiting|NETDEV WATCHDOG|nobody cared|Bad page|use-after-free|segfault'
}

check_dmesg() {
	local complaints
	complaints=$(log_complaints) || return 0
	echo "$complaints"
	log_since_mark | tail -n 60
	fail "the kernel complained"
}

# ---- Running cases -----------------------------------------------------------------

end_case() {
	local rc=$?
	trap - ERR
	set +e
	run_deferred
	exit "$rc"
}

# Runs in a subshell of its own: whatever it changes of the shell's state is lost.
case_body() {
	trap end_case EXIT
	trap 'echo "${BASH_SOURCE[0]##*/}:$LINENO: failed: $BASH_COMMAND"' ERR
	set -eE
	log_mark "$PROGRAM $1"
	"$1"
	check_accounting
	check_dmesg
}

# stdin: why a case was skipped, or the log of one that failed
result() {
	local rc=$1 name=$2 log=$3
	NUMBER=$((NUMBER + 1))
	case $rc in
	"$KSFT_PASS")
		echo "ok $NUMBER $name"
		PASSED=$((PASSED + 1))
		;;
	"$KSFT_SKIP")
		echo "ok $NUMBER $name # SKIP $(sed -n 's/^SKIP: //p' "$log" | tail -n 1)"
		SKIPPED=$((SKIPPED + 1))
		;;
	*)
		sed 's/^/# /' "$log"
		echo "not ok $NUMBER $name"
		FAILED=$((FAILED + 1))
		;;
	esac
}

run_case() {
	local log=$TMP/$1.log rc
	( case_body "$1" ) >"$log" 2>&1 </dev/null
	rc=$?
	[ -z "${VERBOSE:-}" ] || sed 's/^/# /' "$log"
	result "$rc" "$1" "$log"
	if [ -n "$FRESH_CARDS" ] || [ "$rc" = "$KSFT_FAIL" ]; then
		RENEW=1
	fi
}

# Cards for the next case; the log of a failure to make them is that case's log.
renew_cards() {
	[ -n "$RENEW" ] || return 0
	teardown
	setup || return
	RENEW=
}

skip_all() {
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit "$KSFT_SKIP"
}

load_module() {
	[ -d /sys/module/simnic ] || modprobe simnic 2>/dev/null ||
		{ [ -n "${SIMNIC_KO:-}" ] && insmod "$SIMNIC_KO"; }
}

require() {
	local command
	[ "$(id -u)" = 0 ] || skip_all "needs root"
	for command in ip ethtool jq python3 ping gawk; do
		command -v "$command" >/dev/null || skip_all "needs $command"
	done
	load_module || skip_all "there is no module simnic"
}

finish() {
	set +e
	teardown
	rm -rf "$TMP"
}

# run CASE...
run() {
	local name
	require
	TMP=$(mktemp -d) NUMBER=0 PASSED=0 FAILED=0 SKIPPED=0 RENEW=1
	trap finish EXIT
	trap 'exit 1' INT TERM HUP
	echo "TAP version 13"
	echo "1..$#"
	for name; do
		if renew_cards >"$TMP/setup.log" 2>&1; then
			run_case "$name"
		else
			echo "cannot set up the cards" >>"$TMP/setup.log"
			result "$KSFT_FAIL" "$name" "$TMP/setup.log"
		fi
	done
	echo "# Totals: pass:$PASSED fail:$FAILED xfail:0 xpass:0 skip:$SKIPPED error:0"
	[ "$FAILED" = 0 ] || exit "$KSFT_FAIL"
	[ "$PASSED" -gt 0 ] || exit "$KSFT_SKIP"
	exit "$KSFT_PASS"
}

# ---- Traffic ----------------------------------------------------------------------

# ping_all SIDE COUNT [ARG...]: flood ping to the peer; every one is answered
ping_all() {
	local side=$1 count=$2 out
	shift 2
	out=$(on "$side" timeout 60 ping -n -q -f -W 5 -c "$count" "$@" \
		"${IP4[${PEER[$side]}]}") || { echo "$out"; fail "ping $*: no answer"; }
	grep -q " $count received" <<<"$out" || { echo "$out"; fail "ping $*: lost some"; }
}

# frames SIDE KEY=VALUE...: raw frames to the peer (wire.py tells the keys); prints
# the microseconds that sending took
frames() {
	local side=$1 peer=${PEER[$1]}
	shift
	tool wire.py send tx="${NS[$side]},${DEV[$side]}" src="${MAC[$side]}" \
		dst="${MAC[$peer]}" saddr="${IP4[$side]}" daddr="$NOBODY4" "$@"
}

# transfer tcp|udp SIDE BYTES [KEY=VALUE...]: to the peer, compared byte by byte
transfer() {
	local kind=$1 side=$2 bytes=$3
	local peer=${PEER[$side]}
	shift 3
	timeout 120 python3 -I -S "$HERE/wire.py" "$kind" tx="${NS[$side]}" rx="${NS[$peer]}" \
		addr="${IP4[$peer]}" bytes="$bytes" "$@"
}

listening() { on "$1" ss -Hltn "sport = :$2" | grep -q .; }

iperf_server() {
	spawn "$1" iperf3 -s -p "${2:-5201}" >/dev/null
	wait_until 10 listening "$1" "${2:-5201}"
}

# traffic_start: TCP in both directions, until traffic_stop
traffic_start() {
	iperf_server b
	spawn a iperf3 -c "${IP4[b]}" -t 120 --bidir >"$TMP/iperf.log" 2>&1
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

# ---- Interrupts ---------------------------------------------------------------------

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
