# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The agent, who does what would take many programs: sourced by lib.sh.

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
