// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: unit tests of the vectors' moderation, under a time of their own:
 * scripts of what happens, with the interrupts that there were by then. What
 * delivers interrupts believes to be armed already, and keeps out of it.
 */
#include "test.h"

#define ITR(usecs, frames)	((usecs) | (frames) << 16)
#define STEPS			28

/**
 * enum op - what happens in a step
 * @END: nothing, the script is over
 * @RX: so many frames are received
 * @TX: so many are sent
 * @RAISE: these causes come up
 * @WAIT: so many microseconds pass
 * @CLEAR: these causes are cleared
 * @MASK: the vector is masked, or unmasked
 * @CHIP: the interrupt controller masks it, or unmasks it
 * @ITR_RX: moderation of receive causes
 * @ITR_TX: moderation of transmit causes
 * @CTRL: the vector's control register
 * @INTX: the card uses the shared line, or vectors
 * @CAUSES: nothing, but these causes are latched
 * @MASKED: nothing, but it is masked or not
 */
enum op { END, RX, TX, RAISE, WAIT, CLEAR, MASK, CHIP, ITR_RX, ITR_TX, CTRL, INTX, CAUSES, MASKED };

/**
 * struct script - what happens to a vector
 * @name: for the log
 * @vector: which one
 * @steps: what happens, and how many interrupts there were after it
 */
struct script {
	const char *name;
	unsigned int vector;
	struct {
		enum op op;
		u32 arg;
		u32 fired;
	} steps[STEPS];
};

#define LINK	SIMNIC_CAUSE_LINK
#define SW	SIMNIC_CAUSE_SW

static const struct script scripts[] = {
	{ "without moderation", 1, {
		{ RX, 1, 1 }, { RX, 1, 2 }, { TX, 1, 3 }, { RAISE, SW, 4 }, { WAIT, 1000000, 4 },
	} },
	{ "usecs", 1, {
		{ ITR_RX, ITR(100, 0), 0 },
		{ RX, 1, 1 }, { RX, 1, 1 }, { WAIT, 99, 1 }, { RX, 1000, 1 }, { WAIT, 1, 2 },
		{ WAIT, 100, 2 }, { RX, 1, 3 }, { WAIT, 50, 3 }, { RX, 1, 3 }, { WAIT, 49, 3 },
		{ WAIT, 1, 4 }, { WAIT, 1000, 4 },
	} },
	{ "first after idle at once", 1, {
		{ ITR_RX, ITR(10000, 0), 0 }, { RX, 1, 1 }, { WAIT, 10000, 1 }, { RX, 1, 2 },
		{ WAIT, 9999, 2 }, { RX, 1, 2 }, { WAIT, 1, 3 },
	} },
	{ "usecs or frames: frames first", 1, {
		{ ITR_RX, ITR(100, 8), 0 },
		{ RX, 1, 1 }, { RX, 7, 1 }, { WAIT, 10, 1 }, { RX, 1, 2 },
		{ RX, 7, 2 }, { WAIT, 99, 2 }, { WAIT, 1, 3 },
	} },
	{ "usecs or frames: usecs first", 1, {
		{ ITR_RX, ITR(100, 8), 0 },
		{ RX, 1, 1 }, { RX, 7, 1 }, { WAIT, 100, 2 }, { WAIT, 50, 2 }, { RX, 1, 2 },
		{ WAIT, 50, 3 },
	} },
	{ "more frames than asked for at once", 1, {
		{ ITR_RX, ITR(100, 8), 0 },
		{ RX, 1, 1 }, { RX, 64, 2 }, { RX, 7, 2 }, { RX, 64, 3 },
	} },
	{ "frames without usecs", 1, {
		{ ITR_RX, ITR(0, 8), 0 }, { RX, 1, 1 }, { RX, 1, 2 },
	} },
	{ "a frame each", 1, {
		{ ITR_RX, ITR(10000, 1), 0 }, { RX, 1, 1 }, { RX, 1, 2 }, { RX, 3, 3 },
	} },
	{ "each direction has its clock", 1, {
		{ ITR_RX, ITR(100, 0), 0 }, { ITR_TX, ITR(1000, 0), 0 },
		{ RX, 1, 1 }, { TX, 1, 1 }, { WAIT, 100, 1 }, { RX, 1, 2 }, { TX, 1, 2 },
		{ WAIT, 999, 2 }, { WAIT, 1, 3 }, { TX, 1, 3 }, { WAIT, 500, 3 }, { RX, 1, 4 },
	} },
	{ "transmit frames", 1, {
		{ ITR_TX, ITR(1000, 64), 0 },
		{ TX, 1, 1 }, { TX, 32, 1 }, { TX, 31, 1 }, { TX, 1, 2 },
		/* received frames do not count as sent ones */
		{ ITR_RX, ITR(1000, 64), 2 }, { RX, 1, 3 }, { RX, 63, 3 }, { TX, 63, 3 },
		{ WAIT, 1000, 4 },
	} },
	{ "others are not moderated", 1, {
		{ ITR_RX, ITR(10000, 0), 0 }, { ITR_TX, ITR(10000, 0), 0 },
		{ RX, 1, 1 }, { RAISE, SW, 2 }, { RAISE, LINK, 3 },
		{ RAISE, SIMNIC_CAUSE_ERROR, 4 },
		/* and take moderated ones along */
		{ RX, 1, 4 }, { RAISE, SW, 5 }, { WAIT, 10000, 5 }, { RX, 1, 6 },
	} },
	{ "shortened while armed", 1, {
		{ ITR_RX, ITR(1000, 0), 0 },
		{ RX, 1, 1 }, { RX, 1, 1 }, { WAIT, 100, 1 }, { ITR_RX, ITR(50, 0), 1 },
		{ WAIT, 49, 1 }, { WAIT, 1, 2 },
	} },
	{ "switched off while armed", 1, {
		{ ITR_RX, ITR(1000, 0), 0 },
		{ RX, 1, 1 }, { RX, 1, 1 }, { ITR_RX, 0, 2 }, { RX, 1, 3 },
	} },
	{ "lengthened while armed", 1, {
		{ ITR_RX, ITR(100, 0), 0 },
		{ RX, 1, 1 }, { RX, 1, 1 }, { ITR_RX, ITR(1000, 0), 1 },
		/* the old time is kept once more */
		{ WAIT, 100, 2 }, { RX, 1, 2 }, { WAIT, 999, 2 }, { WAIT, 1, 3 },
	} },
	{ "fewer frames while armed", 1, {
		{ ITR_RX, ITR(1000, 64), 0 },
		{ RX, 1, 1 }, { RX, 20, 1 }, { ITR_RX, ITR(1000, 21), 1 },
		{ ITR_RX, ITR(1000, 20), 2 },
	} },
	{ "masked while pending", 1, {
		{ ITR_RX, ITR(100, 0), 0 },
		{ RX, 1, 1 }, { CLEAR, ~0U, 1 }, { RX, 1, 1 }, { MASK, 1, 1 }, { WAIT, 1000, 1 },
		{ CAUSES, SIMNIC_CAUSE_RX, 1 }, { MASK, 0, 2 }, { WAIT, 1000, 2 },
	} },
	{ "comes up while masked", 1, {
		{ MASK, 1, 0 }, { RX, 1, 0 }, { RAISE, SW, 0 }, { WAIT, 1000, 0 },
		{ CAUSES, SIMNIC_CAUSE_RX | SW, 0 }, { MASK, 0, 1 }, { WAIT, 1000, 1 },
	} },
	{ "cleared while masked", 1, {
		{ MASK, 1, 0 }, { RX, 1, 0 }, { TX, 1, 0 },
		{ CLEAR, SIMNIC_CAUSE_RX | SIMNIC_CAUSE_TX, 0 }, { MASK, 0, 0 }, { WAIT, 1000, 0 },
	} },
	{ "unmasking moderates as well", 1, {
		{ ITR_RX, ITR(100, 0), 0 },
		{ RX, 1, 1 }, { MASK, 1, 1 }, { RX, 1, 1 }, { WAIT, 10, 1 }, { MASK, 0, 1 },
		{ WAIT, 89, 1 }, { WAIT, 1, 2 },
	} },
	{ "what was not cleared fires again when unmasked", 1, {
		{ RX, 1, 1 }, { WAIT, 1000, 1 }, { MASK, 1, 1 }, { MASK, 0, 2 },
		/* but unmasking what is not masked does nothing */
		{ MASK, 0, 2 }, { CLEAR, ~0U, 2 }, { MASK, 1, 2 }, { MASK, 0, 2 },
	} },
	{ "auto-mask", 1, {
		{ CTRL, SIMNIC_VEC_CTRL_AUTOMASK, 0 },
		{ RX, 1, 1 }, { MASKED, 1, 1 }, { CAUSES, SIMNIC_CAUSE_RX, 1 }, { RX, 1, 1 },
		{ MASK, 0, 2 }, { MASKED, 1, 2 }, { CLEAR, ~0U, 2 }, { MASK, 0, 2 },
		{ MASKED, 0, 2 }, { TX, 1, 3 }, { MASKED, 1, 3 },
	} },
	{ "auto-clear", 1, {
		{ CTRL, SIMNIC_VEC_CTRL_AUTOCLEAR, 0 },
		{ RX, 1, 1 }, { CAUSES, 0, 1 }, { MASKED, 0, 1 }, { RAISE, SW | LINK, 2 },
		{ CAUSES, 0, 2 }, { MASK, 1, 2 }, { MASK, 0, 2 }, { RX, 1, 3 },
	} },
	{ "as the driver polls", 1, {
		{ CTRL, SIMNIC_VEC_CTRL_AUTOMASK | SIMNIC_VEC_CTRL_AUTOCLEAR, 0 },
		{ ITR_RX, ITR(100, 0), 0 },
		{ RX, 1, 1 }, { MASKED, 1, 1 }, { CAUSES, 0, 1 }, { RX, 5, 1 }, { WAIT, 20, 1 },
		{ MASK, 0, 1 }, { WAIT, 80, 2 }, { MASKED, 1, 2 }, { MASK, 0, 2 },
		{ WAIT, 1000, 2 },
	} },
	{ "neither", 1, {
		{ RX, 1, 1 }, { CAUSES, SIMNIC_CAUSE_RX, 1 }, { MASKED, 0, 1 },
	} },
	{ "masked by the controller", 1, {
		{ ITR_RX, ITR(100, 0), 0 },
		{ CHIP, 1, 0 }, { RX, 1, 0 }, { WAIT, 1000, 0 }, { CHIP, 0, 1 },
		/* unlike the level of vector 0, an edge is gone once it has fired */
		{ CHIP, 1, 1 }, { WAIT, 1000, 1 }, { CHIP, 0, 1 },
	} },
	{ "masked by both", 1, {
		{ CHIP, 1, 0 }, { MASK, 1, 0 }, { RX, 1, 0 }, { CHIP, 0, 0 }, { MASK, 0, 1 },
		{ CHIP, 1, 1 }, { MASK, 1, 1 }, { RX, 1, 1 }, { MASK, 0, 1 }, { CHIP, 0, 2 },
	} },
	{ "vector 0 is a level", 0, {
		{ RAISE, LINK, 1 }, { CHIP, 1, 1 }, { CHIP, 0, 2 }, { CHIP, 1, 2 },
		{ CLEAR, LINK, 2 },
		{ CHIP, 0, 2 }, { RAISE, LINK, 3 }, { CHIP, 1, 3 }, { RAISE, SW, 3 },
		{ CLEAR, LINK, 3 }, { CHIP, 0, 4 }, { CHIP, 1, 4 }, { CLEAR, SW, 4 },
		{ CHIP, 0, 4 },
	} },
	{ "clearing some", 1, {
		{ ITR_RX, ITR(100, 0), 0 }, { ITR_TX, ITR(100, 0), 0 }, { RX, 1, 1 },
		{ RX, 1, 1 }, { TX, 1, 1 }, { CLEAR, SIMNIC_CAUSE_RX, 1 },
		{ CAUSES, SIMNIC_CAUSE_TX, 1 },
		{ WAIT, 100, 2 }, { CLEAR, SIMNIC_CAUSE_TX, 2 }, { CAUSES, 0, 2 }, { WAIT, 100, 2 },
		/* frames that were cleared do not count any more */
		{ ITR_RX, ITR(100, 8), 2 }, { RX, 1, 3 }, { RX, 7, 3 },
		{ CLEAR, SIMNIC_CAUSE_RX, 3 },
		{ RX, 7, 3 }, { RX, 1, 4 },
	} },
	{ "shared line", 1, {
		{ CHIP, 1, 0 }, { INTX, 1, 0 }, { MASKED, 1, 0 }, { MASK, 0, 0 },
		{ CTRL, SIMNIC_VEC_CTRL_AUTOMASK | SIMNIC_VEC_CTRL_AUTOCLEAR, 0 },
		/* the line stays up, and masks and causes are the driver's */
		{ RX, 1, 1 }, { RX, 1, 1 }, { TX, 1, 1 }, { MASKED, 0, 1 },
		{ CAUSES, SIMNIC_CAUSE_RX | SIMNIC_CAUSE_TX, 1 }, { CLEAR, SIMNIC_CAUSE_RX, 1 },
		{ RX, 1, 1 }, { CLEAR, ~0U, 1 }, { RX, 1, 2 },
		{ MASK, 1, 2 }, { RX, 1, 2 }, { MASK, 0, 3 }, { CLEAR, ~0U, 3 },
		{ INTX, 0, 3 }, { MASKED, 1, 3 }, { MASK, 0, 3 }, { RX, 1, 3 }, { CHIP, 0, 4 },
	} },
};

KUNIT_ARRAY_PARAM_DESC(script, scripts, name);

/* Whatever is due until @to fires when it is. */
static void run(struct simhw_vec *vec, ktime_t *now, ktime_t to)
{
	struct simhw_irq *irq = &vec->irq;
	unsigned long flags;
	ktime_t due;

	raw_spin_lock_irqsave(&irq->lock, flags);
	for (;;) {
		due = irq->ops->due(irq);
		if (due > to)
			break;
		*now = max(*now, due);
		irq->ops->fire(irq, *now);
	}
	*now = to;
	raw_spin_unlock_irqrestore(&irq->lock, flags);
}

static void chip_mask(struct simhw_irq *irq, bool mask)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&irq->lock, flags);
	irq->masked = mask;
	if (!mask && irq->ops->unmask)
		irq->ops->unmask(irq);
	raw_spin_unlock_irqrestore(&irq->lock, flags);
}

static void do_step(struct kunit *test, struct simhw_vec *vec, enum op op, u32 arg, ktime_t now)
{
	switch (op) {
	case RX:
		simhw_vec_frames(vec, SIMNIC_CAUSE_RX, arg);
		break;
	case TX:
		simhw_vec_frames(vec, SIMNIC_CAUSE_TX, arg);
		break;
	case RAISE:
		simhw_vec_raise(vec, arg);
		break;
	case CLEAR:
		simhw_vec_clear(vec, arg);
		break;
	case MASK:
		simhw_vec_mask(vec, arg);
		break;
	case CHIP:
		chip_mask(&vec->irq, arg);
		break;
	case ITR_RX:
		simhw_vec_set_itr(vec, 0, arg, now);
		break;
	case ITR_TX:
		simhw_vec_set_itr(vec, 1, arg, now);
		break;
	case CTRL:
		vec->ctrl = arg;
		break;
	case INTX:
		simhw_test_wr(vec->card, SIMNIC_CTRL, arg ? SIMNIC_CTRL_INTX : 0);
		break;
	case CAUSES:
		KUNIT_EXPECT_EQ(test, vec->causes, arg);
		break;
	case MASKED:
		KUNIT_EXPECT_EQ(test, vec->mask, arg);
		break;
	case WAIT:
	case END:
		break;
	}
}

/* Before the card goes, its delivery of interrupts has to be as it was. */
static void release_vec(void *data)
{
	struct simhw_vec *vec = data;

	simhw_vec_reset(vec);
	vec->irq.masked = true;
	vec->irq.armed = KTIME_MAX;
}

/* A vector as a driver has it at work: unmasked everywhere */
static struct simhw_vec *make_vec(struct kunit *test, unsigned int index)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	struct simhw_vec *vec = &card->vec[index];

	vec->irq.armed = 0;
	vec->irq.masked = false;
	vec->mask = false;
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, release_vec, vec), 0);
	return vec;
}

static void test_script(struct kunit *test)
{
	const struct script *script = test->param_value;
	struct simhw_vec *vec = make_vec(test, script->vector);
	ktime_t now = ms_to_ktime(1000);
	u32 i, arg;

	for (i = 0; i < STEPS && script->steps[i].op; i++) {
		arg = script->steps[i].arg;
		do_step(test, vec, script->steps[i].op, arg, now);
		run(vec, &now, script->steps[i].op == WAIT ? ktime_add_us(now, arg) : now);
		KUNIT_EXPECT_EQ_MSG(test, vec->fired, script->steps[i].fired, "step %u", i);
	}
	KUNIT_EXPECT_LT(test, i, STEPS);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(vec->card, SIMNIC_VEC_FIRED(script->vector)),
			vec->fired);
}

/* Under load, interrupts are as far apart as asked for. */
static void test_rate(struct kunit *test)
{
	static const u32 usecs[] = { 0, 1, 10, 100, SIMNIC_ITR_USECS_MAX };
	struct simhw_vec *vec = make_vec(test, 1);
	ktime_t now = ms_to_ktime(1000);
	u32 i, n, before;

	for (i = 0; i < ARRAY_SIZE(usecs); i++) {
		simhw_vec_set_itr(vec, 0, usecs[i], now);
		run(vec, &now, ktime_add_us(now, SIMNIC_ITR_USECS_MAX));
		simhw_vec_clear(vec, ~0U);
		before = vec->fired;
		for (n = 0; n < 2 * SIMNIC_ITR_USECS_MAX; n++) {
			simhw_vec_frames(vec, SIMNIC_CAUSE_RX, 1);
			run(vec, &now, ktime_add_us(now, 1));
		}
		/* at both ends of the time; for each frame, if there is time for it */
		KUNIT_EXPECT_EQ_MSG(test, vec->fired - before,
				    usecs[i] > 1 ? n / usecs[i] + 1 : n, "%u us", usecs[i]);
	}
}

/* A card that is reset is silent, whatever was pending. */
static void test_reset(struct kunit *test)
{
	struct simhw_vec *vec = make_vec(test, 1);
	ktime_t now = ms_to_ktime(1000);
	u32 i;

	simhw_vec_set_itr(vec, 0, ITR(1000, 64), now);
	simhw_vec_frames(vec, SIMNIC_CAUSE_RX, 1);
	run(vec, &now, now);
	simhw_vec_frames(vec, SIMNIC_CAUSE_RX, 1);
	simhw_vec_reset(vec);
	run(vec, &now, ktime_add_us(now, 10000));
	KUNIT_EXPECT_EQ(test, vec->fired, 0);
	simhw_vec_mask(vec, false);
	run(vec, &now, ktime_add_us(now, 10000));
	KUNIT_EXPECT_EQ(test, vec->fired, 0);
	for (i = 1; i < 4; i++) {
		simhw_vec_frames(vec, SIMNIC_CAUSE_RX, 1);
		run(vec, &now, now);
		KUNIT_EXPECT_EQ(test, vec->fired, i);
	}
}

/* ISR has a bit for each vector with a cause that is not masked. */
static void test_isr(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 16, 16);
	u32 masked, latched, want, i;

	for (masked = 0; masked < 4; masked++) {
		for (latched = 0; latched < 4; latched++) {
			for (i = 0, want = 0; i < card->num_vec; i++) {
				card->vec[i].mask = masked >> i % 2 & 1;
				card->vec[i].causes = latched >> i % 2 & 1;
				if (card->vec[i].causes && !card->vec[i].mask)
					want |= BIT(i);
			}
			KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_ISR), want);
		}
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_script, script_gen_params),
	KUNIT_CASE(test_rate),
	KUNIT_CASE(test_reset),
	KUNIT_CASE(test_isr),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_vec",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
