# SPDX-License-Identifier: GPL-2.0
# Included by Kbuild. On a kernel that has the whole API nothing here has any
# effect: no flag, no header, no object.

simnic-lacks := $(shell $(CONFIG_SHELL) $(src)/compat/probe.sh $(srctree)/include)

ifneq ($(simnic-lacks),)

# In front of the kernel's own headers, which ccflags-y would come behind
LINUXINCLUDE := -I$(src)/compat/include $(LINUXINCLUDE)
ccflags-y += $(addprefix -DSIMNIC_LACKS_,$(simnic-lacks)) -include $(src)/compat/ops.h
CFLAGS_driver/card.o += -include $(src)/compat/card.h
CFLAGS_driver/rtnl.o += -include $(src)/compat/rtnl.h

# Several operations may be one here, named more than once
CFLAGS_driver/ethtool.o += -Wno-override-init

# Sources that are about nothing else than what is lacking
simnic-omit-$(filter QUEUE_STATS,$(simnic-lacks)) += driver/qstats.o
simnic-omit-$(filter XDP_METADATA,$(simnic-lacks)) += driver/xdpmeta.o

simnic-y := $(filter-out $(simnic-omit-QUEUE_STATS) $(simnic-omit-XDP_METADATA),$(simnic-y)) compat/ops.o

endif
