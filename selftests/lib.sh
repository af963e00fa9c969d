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
#
# Few programs are started where one will do: each takes a tenth of a second in an
# emulated machine. See agent.py.

set -u
export LC_ALL=C

readonly KSFT_PASS=0 KSFT_FAIL=1 KSFT_SKIP=4
# On a kernel that checks everything, limits of time are this many times longer.
readonly SLOW=${SIMNIC_SLOW:-1}

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROGRAM=$(basename "$0" .sh)
readonly HERE PROGRAM

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

# A program may change these before run.
QUEUES=			# queue pairs of each card; empty: the driver's default
FRESH_CARDS=		# set: new cards for every case
CARDS="a b"		# whose frames are accounted for
LOOPBACK=		# set: some come back to the sender

# ---- Commands on one side ---------------------------------------------------

# on SIDE COMMAND...: in the namespace of that side; its /sys is in sysfs_of
on() {
	local ns=${NS[$1]}
	shift
	nsenter --net="/run/netns/$ns" "$@"
}

# spawn SIDE COMMAND...: likewise, in the background, until the case is over
spawn() {
	local ns=${NS[$1]}
	shift
	nsenter --net="/run/netns/$ns" "$@" &
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

# settings SIDE: what ethtool can change, of all that has to outlive a reset
settings() {
	local option
	for option in -g -l -c -k -a -x; do et "$1" "$option"; done
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

# sysfs_of SIDE: the path of its device's attributes
sysfs_of() { echo "$TMP/sys.$1/class/net/${DEV[$1]}"; }

# sysfs SIDE FILE: reads one
sysfs() { cat "$TMP/sys.$1/class/net/${DEV[$1]}/$2"; }

sysfs_write() { echo "$3" >"$TMP/sys.$1/class/net/${DEV[$1]}/$2"; }

# sysfs_is SIDE FILE VALUE: without starting a program, for wait_until
sysfs_is() {
	local value
	read -r value 2>/dev/null <"$TMP/sys.$1/class/net/${DEV[$1]}/$2" && [ "$value" = "$3" ]
}

# ---- The agent -------------------------------------------------------------------

readonly AGENT=(python3 -B -E -s -S "$HERE/agent.py")

agent_start() {
	coproc "${AGENT[@]}"
	AGENT_PID=$COPROC_PID
	# Bash keeps its own descriptors of a coprocess from subshells.
	exec {TO_AGENT}>&"${COPROC[1]}" {FROM_AGENT}<&"${COPROC[0]}"
}

agent_stop() {
	[ -n "${AGENT_PID:-}" ] || return 0
	exec {TO_AGENT}>&- {FROM_AGENT}<&-
	reap "$AGENT_PID"
	AGENT_PID=
}

# ask COMMAND [ARG...]: what the agent answers is in REPLY
ask() {
	local IFS=$'\t' status lines line
	printf '%s\n' "$*" >&"$TO_AGENT"
	IFS=' ' read -r -t $((150 * SLOW)) -u "$FROM_AGENT" status lines || fail "the agent does not answer: $*"
	REPLY=
	while [ "$lines" -gt 0 ]; do
		IFS= read -r -t $((10 * SLOW)) -u "$FROM_AGENT" line
		REPLY+=${REPLY:+$'\n'}$line
		lines=$((lines - 1))
	done
	[ "$status" = ok ] || { echo "$REPLY"; return 1; }
}

# spawn_agent COMMAND [ARG...]: in the background, until the case is over
spawn_agent() {
	"${AGENT[@]}" "$@" &
	defer reap $!
}

# ask_about SIDE COMMAND [ARG...]: and prints the answer
ask_about() {
	ask "$2" "${NS[$1]},${DEV[$1]}" "${@:3}"
	echo "$REPLY"
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
	local end=$((SECONDS + $1 * SLOW + 1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		pause_for 0.05
	done
}

# sleep(1), without starting it: from this pipe there never comes anything
pause_for() { read -r -t "$1" -u "$SILENCE" || true; }

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

# debugfs SIDE FILE: its path
debugfs() {
	local pdev
	pdev=$(readlink "$(sysfs_of "$1")/device")
	echo "/sys/kernel/debug/simnic/${pdev##*/}/$2"
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

# kernel_at_least MAJOR.MINOR
kernel_at_least() {
	local have major minor
	read -r have </proc/sys/kernel/osrelease
	IFS=.- read -r major minor _ <<<"$have"
	[ "$major" -gt "${1%.*}" ] || { [ "$major" -eq "${1%.*}" ] && [ "$minor" -ge "${1#*.}" ]; }
}

# need_cpus N
need_cpus() { [ "$(nproc)" -ge "$1" ] || skip "needs $1 processors"; }

# ---- Counters -------------------------------------------------------------------

# stat_of SIDE NAME...: the sum of these counters of ethtool -S
stat_of() { ask_about "$1" stats "${@:2}"; }

# drops: of both cards, whatever the reason
drops() {
	ask drops "${NS[a]},${DEV[a]}" "${NS[b]},${DEV[b]}"
	echo "$REPLY"
}

# stat_reaches SIDE VALUE NAME...: for wait_until
stat_reaches() { ask stats "${NS[$1]},${DEV[$1]}" "${@:3}" && [ "$REPLY" -ge "$2" ]; }

places() {
	local side
	for side in $1; do printf '%s ' "${NS[$side]},${DEV[$side]}"; done
}

# balanced FROM TO: all that the cards FROM sent, has arrived at the cards TO or
# in a drop counter (books.py knows which there are)
balanced() {
	ask balanced "$(places "$1")" "$(places "$2")" || { BALANCE=$REPLY; return 1; }
	BALANCE="($1) to ($2): ${REPLY#* }"
	[ "${REPLY%% *}" = 1 ]
}

accounted() {
	if [ "$CARDS" = "a b" ] && [ -z "$LOOPBACK" ]; then
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
		ask_about "$side" stats
	done
	fail "frames are not accounted for"
}

# A case that provokes a message of the kernel says so: an extended regular expression,
# for single lines, and for whole reports that contain it.
DMESG_ALLOW=

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
	ask log_mark "simnic selftest: $PROGRAM $1"
	"$1"
	check_accounting
	ask log_check "$DMESG_ALLOW"
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
	local log=$TMP/$1.log start=$EPOCHREALTIME rc
	( case_body "$1" ) >"$log" 2>&1 </dev/null
	rc=$?
	[ -z "${VERBOSE:-}" ] || {
		sed 's/^/# /' "$log"
		echo "# $1 took $(bc <<<"$EPOCHREALTIME - $start") s"
	}
	result "$rc" "$1" "$log"
	RENEW=$FRESH_CARDS
	case $rc in
	"$KSFT_PASS" | "$KSFT_SKIP") ;;
	*)
		# Whatever state they are in now
		RENEW=1
		agent_stop
		;;
	esac
}

# Cards for the next case; the log of a failure to make them is that case's log.
renew_cards() {
	[ -n "$RENEW" ] || return 0
	teardown
	[ -n "${AGENT_PID:-}" ] || agent_start
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
	for command in ip ethtool nsenter jq python3 ping awk; do
		command -v "$command" >/dev/null || skip_all "needs $command"
	done
	load_module || skip_all "there is no module simnic"
}

finish() {
	set +e
	agent_stop
	teardown
	rm -rf "$TMP"
}

# run CASE...
run() {
	local name
	require
	TMP=$(mktemp -d) NUMBER=0 PASSED=0 FAILED=0 SKIPPED=0 RENEW=1
	mkfifo "$TMP/silence"
	exec {SILENCE}<>"$TMP/silence"
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

# super_frames SIDE COUNT BYTES SEGMENTS: UDP for nobody, which the card cuts
super_frames() { ask burst tx="${NS[$1]}" addr="$NOBODY4" count="$2" gso="$3" segs="$4"; }

# transfer tcp|udp SIDE BYTES [KEY=VALUE...]: to the peer, compared byte by byte
transfer() {
	local side=$2 peer=${PEER[$2]}
	ask "$1" tx="${NS[$side]}" rx="${NS[$peer]}" addr="${IP4[$peer]}" bytes="$3" "${@:4}"
}

listening() { on "$1" ss -Hltn "sport = :$2" | grep -q .; }

iperf_server() {
	spawn "$1" iperf3 -s -p "${2:-5201}" >/dev/null
	wait_until 10 listening "$1" "${2:-5201}"
}

# traffic_start: TCP in both directions, until traffic_stop
traffic_start() {
	iperf_server b
	spawn a iperf3 -c "${IP4[b]}" -t $((120 * SLOW)) --bidir >"$TMP/iperf.log" 2>&1
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
