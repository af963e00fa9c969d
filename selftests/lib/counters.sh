# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Counters, and the books of frames: sourced by lib.sh.

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
