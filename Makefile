# SPDX-License-Identifier: GPL-2.0
# What can be made here: make help

KDIR ?= /lib/modules/$(shell uname -r)/build
GUEST ?= 7.3
GUESTS := 7.3 6.12 6.1
# Linux 7.3, configured and compiled here
BUILT := uml debug kcsan
# Debian's kernels have no KUnit.
KUNIT_GUEST = $(if $(filter $(GUEST),$(BUILT)),$(GUEST),uml)
# Of the selftests, what older kernels may well do otherwise: all of them are for 7.3.
OLDER_TESTS := ping link irq rings channels offloads stats xdp module
# Files of the kernel's own selftests in which every case passes.
UPSTREAM_TESTS := \
	drivers/net:ping.py drivers/net:stats.py drivers/net:queues.py \
	drivers/net:napi_id.py drivers/net:napi_threaded.py \
	drivers/net:ring_reconfig.py drivers/net:xdp.py drivers/net/hw:irq.py \
	drivers/net/hw:xdp_metadata.py

# CPUS= MEM= TESTS= NIC= on the command line get to the scripts through the environment.
export GUEST

.PHONY: module demo check check-all kunit soak upstream bench bench-insns lint install uninstall shell clean distclean help

module:
	@scripts/build-module "build/host" "$(KDIR)" $(MODULE_ARGS)
	@echo "built build/host/simnic.ko"

demo:
	@scripts/demo

check:
	@scripts/sections "scripts/lint $(if $(filter $(GUEST),$(BUILT)),7.3,$(GUEST))" \
		"scripts/kunit $(KUNIT_GUEST)" "scripts/check $(GUEST)"

kunit:
	@scripts/kunit $(KUNIT_GUEST)

# In an hour, with two processors and nothing made yet: an emulated guest leaves a part
# of them idle, which suffices to compile the kernels for the last sections meanwhile.
# Beside the soak, which takes its minutes anyway, is what does not depend on the clock,
# and two guests of older kernels are beside each other.
check-all:
	@scripts/guest build $(GUESTS)
	@mkdir -p build; for guest in debug uml; do nice -n 10 scripts/guest build $$guest; done \
		>build/kernels.log 2>&1 & \
	scripts/sections "scripts/check 7.3" \
		"& env TESTS='$(OLDER_TESTS)' scripts/check 6.1" \
		"env TESTS='$(OLDER_TESTS)' scripts/check 6.12" \
		"env NIC=simnic TESTS='$(UPSTREAM_TESTS)' scripts/upstream" \
		"& env GUEST=debug MINUTES=10 scripts/soak" "scripts/lint --all" \
		"env BENCH='frame tcp' scripts/bench insns && scripts/bench-compare" \
		"scripts/kunit uml" "env CPUS=1 TESTS=alloc_fail scripts/check uml"

upstream:
	@scripts/upstream

# MINUTES= SEED= UPTO= get there through the environment.
soak:
	@scripts/soak

# BENCH= PEERS= ROUNDS= LENGTH= QUICK= get there through the environment.
bench:
	@scripts/bench

bench-insns:
	@scripts/bench insns

lint:
	@scripts/lint --all

install uninstall:
	@scripts/dkms $@

shell:
	@scripts/guest compile $(GUEST) >/dev/null
	@scripts/guest shell $(GUEST)

clean:
	rm -rf build

distclean: clean
	@scripts/guest clean

help:
	@echo "make             the module for the running kernel, or for KDIR=, in build/host"
	@echo "make demo        a tour: two cards, one cable, traffic, interrupts, recovery"
	@echo "make check       lint, unit tests, and the selftests in a guest"
	@echo "make kunit       unit tests, in guest uml; SUITE=GLOB picks some"
	@echo "make check-all   lint, the selftests on 7.3, some on 6.12 and 6.1, upstream's tests,"
	@echo "                 the instructions of a frame, unit tests, failing allocations, a soak"
	@echo "make upstream    the kernel's own drivers/net selftests; NIC=veth judges veth"
	@echo "make soak        MINUTES=10 SEED=1: all that can happen to cards, at random"
	@echo "make bench       simnic beside veth, netdevsim and QEMU's cards; BENCH=tcp1,pps64"
	@echo "                 ROUNDS=5, or QUICK=1; make bench-insns counts instructions instead"
	@echo "make lint        static checks"
	@echo "make install     the module on this machine, through DKMS; make uninstall"
	@echo "make shell       a shell in a guest with the module loaded"
	@echo "make clean       removes build/; make distclean removes the cached guests as well"
	@echo
	@echo "GUEST=$(GUEST) is one of $(GUESTS), which are Debian's kernels, or one of"
	@echo "  uml    user-mode Linux: up in a second, runs without emulation"
	@echo "  debug  KASAN, lockdep, kmemleak, debug objects, DMA-API checks, fault injection"
	@echo "  kcsan  data races"
	@echo "which are compiled here, once. CPUS=4 MEM=2G size the guest."
	@echo "TESTS=\"ping rings\" picks selftests, TESTS=\"drivers/net:ping.py\" upstream's."
