// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: faults: interrupts. What becomes of a vector's next interrupt is
 * decided when something comes up that may raise it, since in hard interrupts
 * there are no random numbers to be had.
 */
#include <linux/preempt.h>

#include "card.h"

#define SIMHW_BURST_MAX		100000

/* A vector's bit in the masks: those of queues first */
static unsigned int simhw_fault_irq_bit(const struct simhw_vec *vec)
{
	return vec->index ? vec->index - 1 : 31;
}

/* The fate of an interrupt that is about to fire. Nothing is decided in hard interrupts. */
static void simhw_fault_irq_decide(struct simhw_vec *vec)
{
	unsigned int bit = simhw_fault_irq_bit(vec);
	struct simhw_card *card = vec->card;
	unsigned long flags, fate = 0;
	enum simhw_fault_id id;

	if (in_hardirq() || READ_ONCE(vec->decided))
		return;
	for (id = SIMHW_FAULT_IRQ_LOST; id <= SIMHW_FAULT_IRQ_STORM; id++)
		if (simhw_fault_rolls(card, id, bit))
			fate |= BIT(id);

	raw_spin_lock_irqsave(&vec->irq.lock, flags);
	vec->fate |= fate;
	vec->decided = true;
	raw_spin_unlock_irqrestore(&vec->irq.lock, flags);
}

/* A cause comes up. Context: any. */
void simhw_fault_irq_raise(struct simhw_vec *vec)
{
	if (!READ_ONCE(vec->mask))
		simhw_fault_irq_decide(vec);
}

/* Does an interrupt meet this fault, as was decided, and is it still in force? */
static bool simhw_fault_irq_meets(struct simhw_vec *vec, unsigned long fate,
				  enum simhw_fault_id id)
{
	struct simhw_card *card = vec->card;

	if (!(fate & BIT(id)) || !simhw_fault_armed(&card->faults, BIT(id)))
		return false;
	simhw_fault_hit(card, id);
	return true;
}

/**
 * simhw_fault_irq_fire() - an interrupt fires whose fate was decided
 * @vec: the vector, locked; its state is that after the interrupt
 *
 * Those that follow are not a loop in here: each is an interrupt of its own.
 *
 * Context: hard interrupt.
 * Return: false if it is lost.
 */
bool simhw_fault_irq_fire(struct simhw_vec *vec)
{
	struct simhw_fault *storm = &vec->card->faults.fault[SIMHW_FAULT_IRQ_STORM];
	unsigned long fate = vec->fate;

	lockdep_assert_held(&vec->irq.lock);

	vec->fate = 0;
	vec->decided = false;
	if (simhw_fault_irq_meets(vec, fate, SIMHW_FAULT_IRQ_LOST))
		return false;
	if (simhw_fault_irq_meets(vec, fate, SIMHW_FAULT_IRQ_SPURIOUS))
		vec->extra++;
	if (simhw_fault_irq_meets(vec, fate, SIMHW_FAULT_IRQ_STORM)) {
		vec->extra += min_t(u32, READ_ONCE(storm->burst), SIMHW_BURST_MAX);
		vec->mask = false;
	}
	if (vec->extra)
		simhw_irq_update(&vec->irq);
	return true;
}

/* The vector is to be unmasked, and may fire then. True if that has no effect. */
bool simhw_fault_irq_unmask(struct simhw_vec *vec)
{
	if (READ_ONCE(vec->stuck))
		return true;
	if (READ_ONCE(vec->causes))
		simhw_fault_irq_decide(vec);
	if (in_hardirq() ||
	    !simhw_fault_strikes(vec->card, SIMHW_FAULT_IRQ_STUCK, simhw_fault_irq_bit(vec)))
		return false;
	WRITE_ONCE(vec->stuck, true);
	return true;
}

/* A queue of this vector starts anew. */
void simhw_fault_irq_free(struct simhw_card *card, unsigned int vector)
{
	WRITE_ONCE(card->vec[vector].stuck, false);
}
