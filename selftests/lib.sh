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

# A program may change these before run.
QUEUES=			# queue pairs of each card; empty: the driver's default
FRESH_CARDS=		# set: new cards for every case
CARDS="a b"		# whose frames are accounted for
LOOPBACK=		# set: some come back to the sender

. "$HERE/lib/agent.sh"
. "$HERE/lib/cards.sh"
. "$HERE/lib/counters.sh"
. "$HERE/lib/faults.sh"
. "$HERE/lib/irq.sh"
. "$HERE/lib/traffic.sh"

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

# ---- What a case may say ------------------------------------------------------

fail() {
	echo "FAILED: $*"
	exit "$KSFT_FAIL"
}

skip() {
	echo "SKIP: $*"
	exit "$KSFT_SKIP"
}

# A kernel that has it may have been told to leave it off.
need_kmemleak() {
	sh -c 'echo scan >/sys/kernel/debug/kmemleak' 2>/dev/null || skip "there is no kmemleak"
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

# kernel_at_least MAJOR.MINOR
kernel_at_least() {
	local have major minor
	read -r have </proc/sys/kernel/osrelease
	IFS=.- read -r major minor _ <<<"$have"
	[ "$major" -gt "${1%.*}" ] || { [ "$major" -eq "${1%.*}" ] && [ "$minor" -ge "${1#*.}" ]; }
}

# need_cpus N
need_cpus() { [ "$(nproc)" -ge "$1" ] || skip "needs $1 processors"; }

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
