// SPDX-License-Identifier: GPL-2.0
/* simnic card: vectors: latched causes, masks and moderation */
#include <linux/bitfield.h>

#include "card.h"
#include "intx.h"

#define SIMHW_CAUSES_MODERATED	(SIMNIC_CAUSE_RX | SIMNIC_CAUSE_TX)

static_assert(SIMNIC_CAUSE_RX == BIT(0) && SIMNIC_CAUSE_TX == BIT(1));

static struct simhw_vec *simhw_vec_of(struct simhw_irq *irq)
{
	return container_of(irq, struct simhw_vec, irq);
}

static bool simhw_vec_uses_line(const struct simhw_vec *vec)
{
	return simhw_reg(vec->card, SIMNIC_CTRL) & SIMNIC_CTRL_INTX;
}

/* Lower or raise the vector's part of the shared line. */
static void simhw_vec_set_line(struct simhw_vec *vec, bool line)
{
	lockdep_assert_held(&vec->irq.lock);

	if (vec->line == line)
		return;
	WRITE_ONCE(vec->line, line);
	simhw_intx_assert(line);
}

static ktime_t simhw_vec_clock_due(const struct simhw_vec *vec, unsigned int clock)
{
	u32 frames = FIELD_GET(SIMNIC_ITR_FRAMES, vec->itr[clock]);

	if (!(vec->fresh & BIT(clock)))
		return KTIME_MAX;
	if (frames && atomic_read(&vec->frames[clock]) >= frames)
		return 0;
	return vec->next[clock];
}

static ktime_t simhw_vec_due(struct simhw_irq *irq)
{
	struct simhw_vec *vec = simhw_vec_of(irq);

	if (unlikely(vec->extra) && !irq->masked && !simhw_vec_uses_line(vec))
		return 0;
	if (vec->mask || vec->line || !vec->fresh)
		return KTIME_MAX;
	if (irq->masked && !simhw_vec_uses_line(vec))
		return KTIME_MAX;
	if (vec->fresh & ~SIMHW_CAUSES_MODERATED)
		return 0;
	return min(simhw_vec_clock_due(vec, 0), simhw_vec_clock_due(vec, 1));
}

/* On the shared line, masks and causes are left to the driver's handler. */
static bool simhw_vec_fire(struct simhw_irq *irq, ktime_t now)
{
	struct simhw_vec *vec = simhw_vec_of(irq);
	u32 ctrl = READ_ONCE(vec->ctrl);
	unsigned int i;

	WRITE_ONCE(vec->fired, vec->fired + 1);
	if (unlikely(vec->extra) && !simhw_vec_uses_line(vec)) {
		vec->extra--;
		simhw_irq_update(irq);
		return true;
	}
	WRITE_ONCE(vec->fresh, 0);
	for (i = 0; i < SIMHW_CLOCKS; i++) {
		atomic_set(&vec->frames[i], 0);
		vec->next[i] = ktime_add_us(now, FIELD_GET(SIMNIC_ITR_USECS, vec->itr[i]));
	}
	if (simhw_vec_uses_line(vec)) {
		simhw_vec_set_line(vec, true);
		return false;
	}

	if (ctrl & SIMNIC_VEC_CTRL_AUTOCLEAR)
		WRITE_ONCE(vec->causes, 0);
	if (ctrl & SIMNIC_VEC_CTRL_AUTOMASK)
		WRITE_ONCE(vec->mask, true);
	return likely(!vec->decided) || simhw_fault_irq_fire(vec);
}

/* Vector 0 is a level: it stays up while causes are latched. */
static void simhw_vec_unmask(struct simhw_irq *irq)
{
	struct simhw_vec *vec = simhw_vec_of(irq);

	if (!vec->index)
		WRITE_ONCE(vec->fresh, vec->causes);
}

static const struct simhw_irq_ops simhw_vec_ops = {
	.due = simhw_vec_due,
	.fire = simhw_vec_fire,
	.unmask = simhw_vec_unmask,
};

/* Do so many frames end the quiet time of a clock? */
static bool simhw_vec_enough(const struct simhw_vec *vec, unsigned int clock, int frames)
{
	int limit = FIELD_GET(SIMNIC_ITR_FRAMES, READ_ONCE(vec->itr[clock]));

	return limit && frames >= limit;
}

/*
 * Count frames. False if that is all: their cause is up already, and what it waits
 * for is not changed by a few more. A full barrier: if it is up, then the poll that
 * it leads to sees what was written before; pairs with simhw_vec_clear().
 */
static bool simhw_vec_count(struct simhw_vec *vec, unsigned int clock, u32 frames)
{
	int sum = atomic_add_return(frames, &vec->frames[clock]);

	return !(READ_ONCE(vec->fresh) & BIT(clock)) || simhw_vec_enough(vec, clock, sum);
}

/**
 * simhw_vec_raise() - latch causes
 * @vec: the vector
 * @causes: SIMNIC_CAUSE_*
 *
 * Context: any.
 */
void simhw_vec_raise(struct simhw_vec *vec, u32 causes)
{
	unsigned long flags;
	unsigned int i;
	u32 news;

	if (simhw_fault_armed(&vec->card->faults, SIMHW_FAULTS_IRQ))
		simhw_fault_irq_raise(vec);
	raw_spin_lock_irqsave(&vec->irq.lock, flags);
	news = causes & ~vec->fresh;
	WRITE_ONCE(vec->causes, vec->causes | causes);
	WRITE_ONCE(vec->fresh, vec->fresh | causes);
	for (i = 0; i < SIMHW_CLOCKS; i++)
		if (causes & BIT(i) && simhw_vec_enough(vec, i, atomic_read(&vec->frames[i])))
			news |= BIT(i);
	if (news)
		simhw_irq_update(&vec->irq);
	raw_spin_unlock_irqrestore(&vec->irq.lock, flags);
}

/**
 * simhw_vec_frames() - latch the cause that frames came, or were sent
 * @vec: the vector
 * @cause: SIMNIC_CAUSE_RX or SIMNIC_CAUSE_TX
 * @frames: how many
 *
 * Cheap while the cause is up already.
 *
 * Context: any.
 */
void simhw_vec_frames(struct simhw_vec *vec, u32 cause, u32 frames)
{
	bool more = cause == SIMNIC_CAUSE_RX ? simhw_vec_count(vec, 0, frames) :
					       simhw_vec_count(vec, 1, frames);

	if (more || simhw_fault_armed(&vec->card->faults, SIMHW_FAULTS_IRQ))
		simhw_vec_raise(vec, cause);
}

void simhw_vec_clear(struct simhw_vec *vec, u32 causes)
{
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&vec->irq.lock, flags);
	WRITE_ONCE(vec->causes, vec->causes & ~causes);
	WRITE_ONCE(vec->fresh, vec->fresh & ~causes);
	for (i = 0; i < SIMHW_CLOCKS; i++)
		if (causes & BIT(i))
			atomic_set(&vec->frames[i], 0);
	if (!vec->causes)
		simhw_vec_set_line(vec, false);
	raw_spin_unlock_irqrestore(&vec->irq.lock, flags);
	/*
	 * The rings are looked at after the causes are down, here or by firing:
	 * pairs with simhw_vec_count(), whose caller has written to them before.
	 */
	smp_mb();
}

/**
 * simhw_vec_hush() - the driver looks for itself: a cause is no reason any more
 * @vec: the vector
 * @cause: one of SIMNIC_CAUSE_*
 *
 * Cheap if it is not up. If it comes up at this moment it stays up, or the driver sees
 * what it stands for: as in simhw_vec_clear().
 *
 * Context: any.
 */
void simhw_vec_hush(struct simhw_vec *vec, u32 cause)
{
	if (READ_ONCE(vec->causes) & cause)
		simhw_vec_clear(vec, cause);
}

static bool simhw_vec_faulty(const struct simhw_vec *vec)
{
	return unlikely(READ_ONCE(vec->stuck)) ||
	       simhw_fault_armed(&vec->card->faults,
				 SIMHW_FAULTS_IRQ | BIT(SIMHW_FAULT_IRQ_STUCK));
}

/* What was latched meanwhile, or before and never cleared, fires on unmasking. */
void simhw_vec_mask(struct simhw_vec *vec, bool mask)
{
	unsigned long flags;

	if (!mask && simhw_vec_faulty(vec) && simhw_fault_irq_unmask(vec))
		return;
	raw_spin_lock_irqsave(&vec->irq.lock, flags);
	if (mask) {
		WRITE_ONCE(vec->mask, true);
		simhw_vec_set_line(vec, false);
	} else if (vec->mask) {
		WRITE_ONCE(vec->mask, false);
		WRITE_ONCE(vec->fresh, vec->causes);
		simhw_irq_update(&vec->irq);
	}
	raw_spin_unlock_irqrestore(&vec->irq.lock, flags);
}

/* A shorter time holds at once, from @now on. */
void simhw_vec_set_itr(struct simhw_vec *vec, unsigned int clock, u32 itr, ktime_t now)
{
	unsigned long flags;
	ktime_t next;

	raw_spin_lock_irqsave(&vec->irq.lock, flags);
	WRITE_ONCE(vec->itr[clock], itr & (SIMNIC_ITR_USECS | SIMNIC_ITR_FRAMES));
	next = ktime_add_us(now, FIELD_GET(SIMNIC_ITR_USECS, itr));
	vec->next[clock] = min(vec->next[clock], next);
	/* Pairs with simhw_vec_count(): who counts more frames sees this, or they are seen. */
	smp_mb();
	simhw_irq_update(&vec->irq);
	raw_spin_unlock_irqrestore(&vec->irq.lock, flags);
}

/* A bit for each vector with an unmasked cause; on the shared line, with a due one */
u32 simhw_vec_isr(struct simhw_card *card)
{
	struct simhw_vec *vec;
	u32 isr = 0;
	bool set;

	for (vec = card->vec; vec < card->vec + card->num_vec; vec++) {
		if (simhw_vec_uses_line(vec))
			set = READ_ONCE(vec->line);
		else
			set = READ_ONCE(vec->causes) && !READ_ONCE(vec->mask);
		if (set)
			isr |= BIT(vec->index);
	}
	return isr;
}

void simhw_vec_reset(struct simhw_vec *vec)
{
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&vec->irq.lock, flags);
	WRITE_ONCE(vec->mask, true);
	WRITE_ONCE(vec->causes, 0);
	WRITE_ONCE(vec->fresh, 0);
	WRITE_ONCE(vec->ctrl, 0);
	for (i = 0; i < SIMHW_CLOCKS; i++) {
		WRITE_ONCE(vec->itr[i], 0);
		atomic_set(&vec->frames[i], 0);
		vec->next[i] = 0;
	}
	WRITE_ONCE(vec->fired, 0);
	WRITE_ONCE(vec->stuck, false);
	vec->decided = false;
	vec->fate = 0;
	vec->extra = 0;
	simhw_vec_set_line(vec, false);
	raw_spin_unlock_irqrestore(&vec->irq.lock, flags);
}

/* Vectors of queues are spread over the CPUs, from the first. */
int simhw_vec_init(struct simhw_card *card, unsigned int index)
{
	irq_hw_number_t hwirq = 1 + card->id * SIMNIC_MAX_VECTORS + index;
	unsigned int cpu = cpumask_local_spread(max(index, 1) - 1, NUMA_NO_NODE);
	struct simhw_vec *vec = &card->vec[index];

	vec->card = card;
	vec->index = index;
	vec->mask = true;
	return simhw_irq_init(&vec->irq, &simhw_vec_ops, hwirq, cpu, !index);
}

void simhw_vec_exit(struct simhw_vec *vec)
{
	simhw_irq_exit(&vec->irq);
}
