# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# How the tour prints, fails, counts and measures: sourced by scripts/demo-tour.

# ---- Printing -------------------------------------------------------------------

exec 3>&1	# the reader, also from within $(...)
if [ -n "${DEMO_COLOR:-}" ]; then
	BOLD=$'\e[1m' DIM=$'\e[2m' GREEN=$'\e[32m' RED=$'\e[1;31m' CYAN=$'\e[36m' PLAIN=$'\e[0m'
else
	BOLD='' DIM='' GREEN='' RED='' CYAN='' PLAIN=''
fi

STEP=0
step() {
	STEP=$((STEP + 1))
	printf '\n%s%d. %s%s  %s[%d s]%s\n\n' "$BOLD" "$STEP" "$*" "$PLAIN" "$DIM" "$SECONDS" "$PLAIN"
}

note() { printf '  %s\n' "$*"; }
ok() { printf '  %sok%s  %s\n' "$GREEN" "$PLAIN" "$*"; }
indent() { sed 's/^/    /'; }
prompt() { printf '  %s# %s%s\n' "$CYAN" "$*" "$PLAIN"; }

# show COMMAND...: as if it had been typed
show() {
	prompt "$*"
	"$@" 2>&1 | indent
}

# result NAME VALUE UNIT: a line of demo.tsv
result() { printf '%s\t%s\t%s\n' "$@" >>"$RESULTS/demo.tsv"; }

# calc FORMAT EXPRESSION
calc() { awk "BEGIN { printf \"$1\", $2 }"; }
gbits() { calc %.2f "$1 / 1e9"; }

# ---- Failing --------------------------------------------------------------------

fail() {
	: >"$TMP/failed"
	printf '\n%sFAILED%s in step %d: %s\n' "$RED" "$PLAIN" "$STEP" "$*" >&3
	exit 1
}

# For what no fail has explained
on_error() {
	[ -e "$TMP/failed" ] ||
		printf '\n%sFAILED%s in step %d: %s (line %s)\n' "$RED" "$PLAIN" "$STEP" "$2" "$1" >&3
	: >"$TMP/failed"
}

dmesg_since() { dmesg | sed "1,/$MARK/d"; }

evidence() {
	local card
	for card in nic0 nic1; do
		echo "counters of $card that are not 0:"
		on "$card" ethtool -S "$card" 2>&1 | grep -Ev ': 0$|[rt]x[0-9]+_' | indent
	done
	echo "the end of the kernel's log:"
	dmesg_since | tail -n 25 | indent
}

# at_exit: whatever happened, no process of ours goes on
at_exit() {
	local status=$?
	trap - ERR EXIT
	set +eE
	[ ! -e "$TMP/failed" ] || evidence >&3
	# shellcheck disable=SC2046 # several
	kill $(jobs -p) 2>/dev/null
	rm -rf "$TMP"
	exit "$status"
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
	local end=$((SECONDS + $1 + 1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# ---- Cards and what they count --------------------------------------------------

far() { nsenter --net=/run/netns/far "$@"; }

# on CARD COMMAND...: where that card is
on() {
	case $1 in
	nic1) far "${@:2}" ;;
	*) "${@:2}" ;;
	esac
}

# snap NAME: all counters as they are now
snap() {
	cat /proc/interrupts >"$TMP/$1.interrupts"
	cat /proc/softirqs >"$TMP/$1.softirqs"
	ethtool -S nic0 >"$TMP/$1.nic0"
	far ethtool -S nic1 >"$TMP/$1.nic1"
}

# count SNAP CARDS NAMES: the sum of these counters of these cards
count() {
	local card files=()
	for card in $2; do files+=("$TMP/$1.$card"); done
	awk -F':[ \t]*' -v names="${*:3}" '
		BEGIN { n = split(names, list, /[ \t\n]+/); for (i = 1; i <= n; i++) want[list[i]] }
		{ sub(/^[ \t]+/, "", $1) }
		$1 in want { sum += $2; seen++ }
		END {
			if (seen != n * (ARGC - 1)) {
				print "ethtool -S lacks one of: " names >"/dev/stderr"
				exit 1
			}
			printf "%d\n", sum
		}' "${files[@]}"
}

# counted BEFORE AFTER CARDS NAMES: in between
counted() { echo $(($(count "$2" "$3" "${@:4}") - $(count "$1" "$3" "${@:4}"))); }

# per_cpu BEFORE AFTER REGEX: what was added to /proc/interrupts or /proc/softirqs
# (the files BEFORE and AFTER), in the lines whose name matches; a table
per_cpu() {
	awk -v want="$3" '
		FNR == 1 { head = $0; cpus = NF; next }
		{ name = $NF ~ /^[0-9]+$/ ? $1 : $NF; sub(":", "", name) }
		name !~ want { next }
		NR == FNR { for (i = 1; i <= cpus; i++) old[name, i] = $(i + 1); next }
		!rows++ {
			printf "%-14s", ""
			split(head, cpu)
			for (i = 1; i <= cpus; i++) printf "%10s", cpu[i]
			printf "%10s\n", "sum"
		}
		{
			sum = 0
			printf "%-14s", name
			for (i = 1; i <= cpus; i++) {
				printf "%10d", $(i + 1) - old[name, i]
				sum += $(i + 1) - old[name, i]
			}
			printf "%10d\n", sum
		}' "$TMP/$1" "$TMP/$2"
}

# per_cpu_sum: of such a table
per_cpu_sum() { per_cpu "$@" | awk 'NR > 1 { sum += $NF } END { print sum + 0 }'; }

# ---- Traffic --------------------------------------------------------------------

median() { printf '%s\n' "$@" | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

listening() { far ss -Hltn 'sport = :5201' | grep -q .; }

iperf_server() {
	nsenter --net=/run/netns/far iperf3 -s >/dev/null 2>&1 &
	IPERF_SERVER=$!
	wait_for 10 listening || fail "iperf3 -s does not listen"
}

# It keeps the namespace.
iperf_server_stop() { kill "$IPERF_SERVER"; }

# iperf ADDRESS SECONDS [ARG...]: bits per second that arrived
iperf() {
	local json=$TMP/iperf.json
	timeout $(($2 + 20)) iperf3 -J --connect-timeout 5000 -c "$1" -t "$2" "${@:3}" >"$json" ||
		fail "iperf3 -c $*: $(jq -r '.error // "no answer in time"' "$json")"
	iperf_rate "$json"
}

# iperf_rate FILE: likewise, of what iperf3 wrote
iperf_rate() {
	local rate
	rate=$(jq -r '(.end.sum_received // .end.sum).bits_per_second | floor' "$1")
	[ "$rate" -gt 0 ] || fail "iperf3: nothing arrived"
	echo "$rate"
}

# rtt COUNT [WRAPPER...]: microseconds, the average of a flood that is answered completely
rtt() {
	local out
	out=$("${@:2}" timeout 60 ping -n -q -f -W 5 -c "$1" "${NIC_IP[1]}") || true
	grep -q " $1 received" <<<"$out" || fail "ping -f -c $1: $out"
	awk -F/ '/^rtt/ { printf "%.0f\n", $5 * 1000 }' <<<"$out"
}
