# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Booting the guests: sourced by scripts/guest.

# machine_command VERSION ACCEL OUT RUN: what starts the guest, in the array MACHINE.
machine_command() {
	if [ "$1" = uml ]; then uml_command "$3" "$4"; else qemu_command "$@"; fi
}

# The kernel is a process in the guest's root, whose files are its own, and the
# memory a file on the tmpfs there. A terminal is a serial line, as is the output.
# It must not be process 1 of the root: a panic ends in abort(), which that survives.
uml_command() {
	local out=$1 run=$2 from=null ROOTED
	[ "$out" != terminal ] || from=fd:0
	# shellcheck disable=SC2016,SC2086 # for the other shell; a list
	rooted "$(guest_dir uml)/root" bash -c '
		ulimit -c 0
		run=/simnic/$1
		shift
		TMPDIR=/tmp "$@" 2>"$run/console"
		exit
	' uml "${run#"$TOP"/}" /boot/linux mem="$MEM" ncpus="$CPUS" seccomp=on \
		root=/dev/root rootfstype=hostfs rw init=/simnic/scripts/guest-init \
		con=null con0=null,fd:2 ssl=null ssl0="$from,fd:1" console=tty0 stderr=1 \
		loglevel=5 panic=-1 oops=panic log_buf_len=16M net.ifnames=0 \
		guest.version=uml guest.slow=1 guest.run="${run#"$TOP"/}" guest.out="$out" ${APPEND:-}
	MACHINE=("${ROOTED[@]}")
}

# With these flags Linux copies and clears memory byte by byte, which takes TCG its time;
# on an AMD processor (TCG's are) of an older family it would have no string instructions.
CPU_MODEL=max,-erms,-fsrm,-fsrs,-fzrm,-fsrc,family=15,model=107

# qemu_command VERSION ACCEL OUT RUN: qemu's command line, in the array MACHINE.
# OUT is how the command's output (or the terminal) leaves the guest.
qemu_command() {
	local version=$1 accel=$2 out=$3 run=$4 dir checks=
	dir=$(guest_dir "$version")
	# KASAN speaks once only, unless it is told; and of an interrupt in the moment of the
	# boot in which the processor's features are not known it takes all addresses for
	# wild, if their page tables have five levels
	[ "$version" != debug ] || checks="kasan_multi_shot no5lvl"
	find_qemu
	MACHINE=("${QEMU[@]}" -nodefaults -no-user-config -display none -no-reboot -M q35)
	case $accel in
	kvm) MACHINE+=(-accel kvm -cpu host) ;;
	tcg) MACHINE+=(-accel "tcg,thread=multi" -cpu "$CPU_MODEL") ;;
	# Time passes by instructions: a nanosecond each, on the only CPU.
	icount) MACHINE+=(-accel "tcg,thread=single" -icount "shift=0,sleep=off" -cpu "$CPU_MODEL") ;;
	esac
	# On a busy host no timer tick may come in the time that the kernel waits for one.
	MACHINE+=(
		-smp "$CPUS" -m "$MEM" -rtc base=utc -nic none
		-kernel "$dir/vmlinuz" -initrd "$dir/initrd"
		-append "console=ttyS0 loglevel=5 panic=-1 oops=panic log_buf_len=16M net.ifnames=0 \
no_timer_check tsc=reliable rcupdate.rcu_cpu_stall_timeout=60 $checks \
guest.version=$version guest.slow=$(slowness "$version") guest.run=${run#"$TOP"/} ${APPEND:-}"
		-serial "file:$run/console"
		-drive "file=$dir/root.ext4,format=raw,if=virtio,snapshot=on"
		-virtfs "local,path=$TOP,mount_tag=simnic,security_model=none,multidevs=remap"
		-device virtio-rng-pci -device virtio-serial-pci
	)
	case ${NICS:-none} in
	none) ;;
	bench) bench_nics ;;
	*) die "NICS=$NICS: none or bench" ;;
	esac
	[ -z "${TRACE:-}" ] || {
		mkfifo "$run/monitor.in" "$run/monitor.out"
		MACHINE+=(-chardev "pipe,id=monitor,path=$run/monitor" -mon "chardev=monitor,mode=readline")
	}
	case $out${COPY:+-copy} in
	# A port of virtio's does not always wake up again.
	pipe-copy) MACHINE+=(-serial "file:$run/out") ;;
	terminal) MACHINE+=(-chardev "stdio,id=out,signal=off" -device "virtconsole,chardev=out") ;;
	pipe) MACHINE+=(-chardev "file,id=out,path=$run/out" -device "virtserialport,chardev=out,name=simnic.out") ;;
	esac
}

# bench_nics: pairs of emulated cards, each joined by a hub. The benchmark knows them by
# their addresses. Each has a port of its own: igb's virtual functions take others' slots.
bench_nics() {
	local model mac end port=0 hub=0
	for model in virtio-net-pci:32 igb:3c e1000e:46; do
		mac=02:be:0c:00:${model#*:} model=${model%:*} hub=$((hub + 1))
		for end in a b; do
			port=$((port + 1))
			MACHINE+=(-netdev "hubport,id=$model-$end,hubid=$hub"
				-device "pcie-root-port,id=port$port,chassis=$port"
				-device "$model,bus=port$port,netdev=$model-$end,mac=$mac:0$end")
		done
	done
}

# watch_trace MACHINE: every instruction goes to $TRACE.NAME while the guest wants it to: it
# writes a NAME, or off, to the file "want" in its run directory, and reads there what "is".
watch_trace() {
	local want is=off one log
	while kill -0 "$1" 2>/dev/null; do
		sleep 0.2
		want=$(cat "$RUN/want" 2>/dev/null) || continue
		[ "$want" != "$is" ] || continue
		is=$want one=on log=exec,nochain
		[ "$is" != off ] || one=off log=none
		# The name depends on QEMU's version; the other one is no command, and ignored.
		printf '%s\n' "logfile $TRACE.$is" "singlestep $one" "one-insn-per-tb $one" "log $log" \
			>"$RUN/monitor.in"
		sleep 0.5
		echo "$is" >"$RUN/is"
	done
}

# start_machine SECONDS: until it ends by itself, is out of time, or this script goes
# away for whatever reason. No machine is ever left behind. For a subshell only.
start_machine() {
	exec setpriv --pdeathsig KILL timeout --foreground -k 2 "$1" \
		setpriv --pdeathsig KILL "${MACHINE[@]}"
}

# /dev/kvm may exist, open, and still hang a guest: only a guest that came up tells.
accel() {
	local answer
	answer=$CACHE/accel-$(hash_of "$(uname -r)" "$(grep -m1 'model name' /proc/cpuinfo)")
	[ -e "$answer" ] || with_lock accel probe_kvm "$1" "$answer"
	cat "$answer"
}

probe_kvm() {
	local version=$1 answer=$2 run found=tcg
	[ ! -e "$answer" ] || return 0
	if [ -w /dev/kvm ]; then
		say "trying whether KVM really boots a guest here (once, at most 30 s)"
		run=$(new_run true)
		rm "$run/out"
		qemu_command "$version" kvm pipe "$run"
		(start_machine 30) </dev/null >/dev/null 2>&1 || true
		[ ! -e "$run/status" ] || found=kvm
		rm -rf "$run"
	fi
	say "guests run with $found"
	echo "$found" >"$answer"
}

# new_run COMMAND...: a directory in the checkout, for this boot only.
new_run() {
	local run
	mkdir -p "$BUILD/run" "$RESULTS"
	run=$(mktemp -d "$BUILD/run/XXXXXXXX")
	printf '%q ' "$@" >"$run/cmd"
	mkfifo "$run/out"
	echo "$run"
}

# boot VERSION OUT SECONDS COMMAND...: returns the command's status, and fails as
# well when the guest died, was out of time, or its kernel complained.
boot() {
	local version=$1 out=$2 seconds=$3 rc=0 machine cat
	shift 3
	need setpriv:util-linux
	if [ "$version" = uml ]; then
		ACCEL=none
	else
		ensure_qemu
		ACCEL=${ACCEL:-$(accel "$version")}
	fi
	RUN=$(new_run "$@")
	machine_command "$version" "$ACCEL" "$out" "$RUN"
	trap 'kill_machine; rm -rf "$RUN"' EXIT
	trap 'exit 130' INT TERM HUP
	if [ "$out" = terminal ]; then
		(start_machine "$seconds") || rc=$?
	else
		# In the background, so that a signal to this script is acted on at once.
		# qemu opens the pipe itself.
		if [ "$version" = uml ]; then
			start_machine "$seconds" </dev/null >"$RUN/out" 2>/dev/null &
		else
			start_machine "$seconds" </dev/null &
		fi
		machine=$!
		[ -z "${TRACE:-}" ] || watch_trace "$machine" &
		# Not qemu's own standard output: it would make that non-blocking for everybody.
		{ cat "$RUN/out" || kill "$machine"; } &
		cat=$!
		wait "$machine" || rc=$?
		: <>"$RUN/out" # in case it did not come as far as opening it
		wait "$cat"
	fi
	if [ -z "${AGAIN:-}" ] && died_booting "$rc"; then
		say "guest $version died before it could do anything, once more"
		mv "$RUN/console" "$RESULTS/console-$version-${RUN##*/}.log"
		rm -rf "$RUN"
		AGAIN=1 boot "$version" "$out" "$seconds" "$@"
		return
	fi
	judge "$version" "$seconds" "$rc"
}

# died_booting STATUS-OF-THE-MACHINE: seldom and of itself, see emulation_killed.
died_booting() {
	[[ $1 != @(124|137) ]] && [ -s "$RUN/console" ] && [ ! -e "$RUN/tainted-before" ]
}

# emulation_killed LOG: a kernel's first oops is a breakpoint that nobody has set, in a
# function of its own. It puts them where it patches its code. With several processors QEMU
# (7.2 and 10.0 were seen to) executes them afterwards as well, most likely if a busy host
# stops it in between: to turn kernel.sched_schedstats on and off, with no module loaded,
# kills a guest in a minute. Breakpoints also fill what was a module's code, or a program's.
emulation_killed() {
	awk '/Oops:|BUG:|Kernel panic|int3: 0000/ && !seen++ { int3 = /int3: 0000/ }
		seen && /RIP: / {
			core = /RIP: [0-9a-f]+:[a-zA-Z_][a-zA-Z0-9_.]*\+0x[0-9a-f]+\/0x[0-9a-f]+\r?$/
			killed = int3 && core && !/bpf_/
			exit
		}
		END { exit !killed }' "$1"
}

kill_machine() {
	# shellcheck disable=SC2046 # several
	if kill $(jobs -p) 2>/dev/null; then wait; fi
}

# unexpected TAINT: without out of tree, unsigned, a unit test was run. A warning is
# found in the log, together with its reason. What a kernel was before anything of ours
# was there it may stay.
unexpected() { echo $(($1 & ~(1 << 9 | 1 << 12 | 1 << 13 | 1 << 18))); }

# judge VERSION SECONDS STATUS-OF-THE-MACHINE: keeps the logs of the run, says what went wrong.
judge() {
	local version=$1 seconds=$2 machine=$3 log before status=1
	log=$RESULTS/console-$version-${RUN##*/}.log
	mv "$RUN/console" "$log" 2>/dev/null || die "guest $version did not start (status $machine)"
	if [ ! -e "$RUN/status" ]; then
		tail -n 60 "$log" >&2
		say "the end of the console of guest $version, all of it: ${log#"$TOP"/}"
		[[ $machine != @(124|137) ]] || die "guest $version was stopped: not finished after $seconds s"
		if [ "$ACCEL" = tcg ] && [ "$CPUS" != 1 ] && emulation_killed "$log"; then
			say "guest $version died: emulation lost a race with the kernel patching itself"
			exit "$EMULATION"
		fi
		die "guest $version died (status $machine)"
	fi
	status=$(cat "$RUN/status")
	mv "$RUN/dmesg" "${log/console/dmesg}"
	if ! "$TOP/scripts/dmesg-scan" -v from='simnic: guest ready' "${log/console/dmesg}" >&2; then
		say "the kernel of guest $version complained, see above and ${log#"$TOP"/}"
		[ "$status" != 0 ] || status=1
	fi
	before=$(unexpected "$(cat "$RUN/tainted-before")")
	if [ "$before" != 0 ]; then
		say "the kernel of guest $version is tainted by its boot: $before"
		"$TOP/scripts/dmesg-scan" "${log/console/dmesg}" >&2 || true
	fi
	if [ $(($(unexpected "$(cat "$RUN/tainted")") & ~before)) != 0 ]; then
		say "the kernel of guest $version is tainted: $(cat "$RUN/tainted"), see ${log#"$TOP"/}"
		[ "$status" != 0 ] || status=1
	fi
	return "$status"
}
