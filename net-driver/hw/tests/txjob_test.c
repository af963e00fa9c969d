// SPDX-License-Identifier: GPL-2.0
/* simnic card: unit tests of how the transmit engine reads and reports descriptors */
#include "../tx.h"
#include "../txjob.h"
#include "test.h"

#define EOP	SIMNIC_TXD_EOP
#define RS	SIMNIC_TXD_RS
#define CSUM	SIMNIC_TXD_CSUM
#define VLAN	SIMNIC_TXD_VLAN
#define CTX	SIMNIC_TXD_CTX
#define UDP	SIMNIC_TXD_UDP
#define SHARE	SIMNIC_TXD_SHARE
#define DD	SIMNIC_TXD_DD
#define ERR	SIMNIC_TXD_ERR

#define BAD		SIMNIC_STAT_TX_BAD_DESC
#define FAULT		SIMNIC_STAT_TX_DMA_FAULT
#define OVERSIZE	SIMNIC_STAT_TX_OVERSIZE
#define SENT		0

#define DESCS	4
#define DATA	0x9000

/* Where a descriptor points, if not at good memory */
enum where { GOOD, NOWHERE, WRAP };

/**
 * struct spec - a descriptor
 * @len: its length
 * @flags: SIMNIC_TXD_*
 * @csum_start: as in it
 * @csum_offset: as in it
 * @where: what it points at
 */
struct spec {
	u16 len;
	u16 flags;
	u8 csum_start;
	u8 csum_offset;
	enum where where;
};

/**
 * struct chain - descriptors, and what comes of them
 * @name: for the log
 * @drop: what they are counted as
 * @len: bytes of the frame, if it is sent
 * @repeat: the first one comes so many times more
 * @desc: the descriptors; the last is the one with EOP, or the last at all
 */
struct chain {
	const char *name;
	u32 drop;
	u32 len;
	u32 repeat;
	struct spec desc[DESCS];
};

static const struct chain chains[] = {
	{ "one buffer", SENT, 60, 0, { { 60, EOP } } },
	{ "one buffer, reported", SENT, 60, 0, { { 60, EOP | RS } } },
	{ "two buffers", SENT, 100, 0, { { 60, 0 }, { 40, EOP } } },
	{ "four buffers", SENT, 63, 0, { { 60, RS }, { 1, RS }, { 1, 0 }, { 1, EOP } } },
	{ "as many as there may be", SENT, 400, 38, { { 10, 0 }, { 10, EOP | RS } } },
	{ "one more", BAD, 0, 39, { { 10, 0 }, { 10, EOP | RS } } },
	{ "many more", BAD, 0, 50, { { 10, RS }, { 10, EOP } } },
	{ "empty buffer", BAD, 0, 0, { { 0, EOP } } },
	{ "empty buffer in between", BAD, 0, 0, { { 60, 0 }, { 0, 0 }, { 60, EOP } } },
	{ "empty buffer at the end", BAD, 0, 0, { { 60, 0 }, { 0, EOP } } },
	{ "shorter than Ethernet", BAD, 0, 0, { { 13, EOP } } },
	{ "just Ethernet", SENT, 14, 0, { { 14, EOP } } },
	{ "just Ethernet in pieces", SENT, 14, 12, { { 1, 0 }, { 1, EOP } } },
	{ "longest frame", SENT, 9728, 0, { { 9728, EOP } } },
	{ "too long a frame", OVERSIZE, 0, 0, { { 9729, EOP } } },
	{ "too long in pieces", OVERSIZE, 0, 9, { { 900, 0 }, { 900, EOP } } },
	{ "largest buffer", OVERSIZE, 0, 0, { { 32768, EOP } } },
	{ "too large a buffer", BAD, 0, 0, { { 32769, EOP } } },
	{ "largest number", BAD, 0, 0, { { 65535, EOP } } },
	{ "unknown bit 7", BAD, 0, 0, { { 60, EOP | BIT(7) } } },
	{ "unknown bit 13", BAD, 0, 0, { { 60, EOP | BIT(13) } } },
	{ "written back already", BAD, 0, 0, { { 60, EOP | DD } } },
	{ "ERR", BAD, 0, 0, { { 60, EOP | ERR } } },
	{ "unknown bit in the second", BAD, 0, 0, { { 60, 0 }, { 60, EOP | BIT(8) } } },
	{ "UDP without context", BAD, 0, 0, { { 60, EOP | UDP } } },
	{ "share", SENT, 60, 0, { { 60, EOP | SHARE } } },
	{ "VLAN", SENT, 60, 0, { { 60, EOP | VLAN } } },
	{ "no memory there", FAULT, 0, 0, { { 60, EOP, 0, 0, NOWHERE } } },
	{ "wraps around", FAULT, 0, 0, { { 60, EOP, 0, 0, WRAP } } },
	{ "no memory for the second", FAULT, 0, 0,
	  { { 60, RS }, { 60, 0, 0, 0, NOWHERE }, { 60, EOP | RS } } },
	{ "the first error counts", BAD, 0, 0, { { 0, 0 }, { 60, EOP, 0, 0, NOWHERE } } },
	{ "the first fault counts", FAULT, 0, 0, { { 60, 0, 0, 0, NOWHERE }, { 0, EOP } } },
	{ "checksum at the end", SENT, 52, 0, { { 52, EOP | CSUM, 17, 16 } } },
	{ "checksum half in", BAD, 0, 0, { { 51, EOP | CSUM, 17, 16 } } },
	{ "checksum out", BAD, 0, 0, { { 50, EOP | CSUM, 17, 16 } } },
	{ "checksum starts out", BAD, 0, 0, { { 60, EOP | CSUM, 31, 0 } } },
	{ "checksum in the second", SENT, 54, 0, { { 40, CSUM, 17, 16 }, { 14, EOP } } },
	{ "farthest checksum", SENT, 767, 0, { { 767, EOP | CSUM, 255, 255 } } },
	{ "farthest checksum, too short", BAD, 0, 0, { { 766, EOP | CSUM, 255, 255 } } },
	{ "checksum asked for too late", SENT, 120, 0,
	  { { 60, 0 }, { 60, EOP | CSUM, 255, 255 } } },
	{ "fields without flag", SENT, 60, 0, { { 60, EOP, 255, 255 } } },
	{ "context only", BAD, 0, 0, { { 1000, CTX | EOP } } },
	{ "context behind data", BAD, 0, 0, { { 60, CSUM, 17, 16 }, { 1000, CTX }, { 60, EOP } } },
	{ "two contexts", BAD, 0, 0, { { 1000, CTX }, { 1000, CTX }, { 60, EOP | CSUM, 17, 16 } } },
	{ "context to be reported", BAD, 0, 0, { { 1000, CTX | RS }, { 60, EOP | CSUM, 17, 16 } } },
	{ "context to be shared", BAD, 0, 0, { { 1000, CTX | SHARE }, { 60, EOP } } },
	{ "context, no checksum", BAD, 0, 0, { { 1000, CTX }, { 60, EOP } } },
	{ "context, no headers", BAD, 0, 0, { { 1000, CTX }, { 60, EOP | CSUM, 17, 16 } } },
};

KUNIT_ARRAY_PARAM_DESC(chain, chains, name);

static u32 chain_count(const struct chain *c)
{
	u32 i;

	for (i = 0; i < DESCS - 1; i++)
		if (c->desc[i].flags & EOP)
			break;
	return i + 1 + c->repeat;
}

static const struct spec *chain_spec(const struct chain *c, u32 i)
{
	return &c->desc[i > c->repeat ? i - c->repeat : 0];
}

/* Write the chain's descriptors from @at on. Returns how many. */
static u32 post(struct simhw_test_ring *ring, u32 at, const struct chain *c, const u8 *data)
{
	u32 n = chain_count(c), i;

	for (i = 0; i < n; i++) {
		const struct spec *s = chain_spec(c, i);
		struct simnic_tx_desc *desc = &ring->tx[(at + i) & (ring->len - 1)];

		simhw_test_desc(ring, at + i, data, s->len, s->flags);
		desc->csum_start = s->csum_start;
		desc->csum_offset = s->csum_offset;
		if (s->where == NOWHERE)
			desc->addr = cpu_to_le64(0x4000000000000000);
		else if (s->where == WRAP)
			desc->addr = cpu_to_le64(U64_MAX - 30);
	}
	return n;
}

static u8 *make_data(struct kunit *test)
{
	u8 *data = kunit_kzalloc(test, DATA, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, data);
	return data;
}

/* What the engine makes of them, before it does anything */
static void test_fetch(struct kunit *test)
{
	const struct chain *c = test->param_value;
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	struct simhw_test_ring *ring = simhw_test_txq(test, card, 0, 64);
	struct simhw_tx_job *job = kunit_kzalloc(test, sizeof(*job), GFP_KERNEL);
	u8 *data = make_data(test);
	u32 n, i;

	KUNIT_ASSERT_NOT_NULL(test, job);
	n = post(ring, 0, c, data);
	/* it waits for the last one */
	for (i = 0; i < n; i++) {
		simhw_test_doorbell(ring, i);
		KUNIT_EXPECT_FALSE(test, simhw_tx_fetch(&card->txq[0], job));
	}
	simhw_test_doorbell(ring, n);
	KUNIT_EXPECT_TRUE(test, simhw_tx_fetch(&card->txq[0], job));
	KUNIT_EXPECT_EQ(test, job->count, n);
	KUNIT_EXPECT_EQ(test, job->drop, c->drop);
	if (c->drop != SENT)
		return;

	KUNIT_EXPECT_EQ(test, card->txq[0].in.len, c->len);
	KUNIT_EXPECT_EQ(test, card->txq[0].in.n, n);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(job->first.len), c->desc[0].len);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, !!(job->rs & BIT_ULL(i)), !!(chain_spec(c, i)->flags & RS));
}

/* Was the frame at @at reported as it should be? */
static void expect_report(struct kunit *test, struct simhw_test_ring *ring, u32 at)
{
	const struct chain *c = test->param_value;
	bool err = c->drop == BAD || c->drop == FAULT;
	u32 n = chain_count(c), i, want;

	for (i = 0; i < n; i++) {
		want = chain_spec(c, i)->flags;
		if ((want & RS) && !err)
			want |= DD;
		if (err && i == n - 1)
			want |= DD | ERR;
		/* of a frame that is dropped, others may be reported as well */
		if (err && i < n - 1)
			want = (want & ~DD) | (le16_to_cpu(ring->tx[(at + i) % 64].flags) & DD);
		KUNIT_EXPECT_EQ_MSG(test, le16_to_cpu(ring->tx[(at + i) % 64].flags), want,
				    "descriptor %u", i);
	}
}

/* The same at work, with good frames before and behind; from several positions */
static void test_engine(struct kunit *test)
{
	static const struct chain good = { "", SENT, 64, 0, { { 64, EOP | RS } } };
	const struct chain *c = test->param_value;
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	struct simhw_test_ring *ring = simhw_test_txq(test, card, 0, 64);
	bool err = c->drop == BAD || c->drop == FAULT;
	u32 at = 0, round, bad, tail;
	u8 *data = make_data(test);

	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_TX_EN);
	for (round = 1; round <= 4; round++, at = tail) {
		bad = at + post(ring, at, &good, data);
		tail = bad + post(ring, bad, c, data);
		tail = tail + post(ring, tail, &good, data);
		simhw_test_wr(card, SIMNIC_VEC_CAUSE(0), SIMNIC_CAUSE_ALL);
		simhw_test_doorbell(ring, tail % 64);

		/* the engine may be at work elsewhere since it was enabled or resumed */
		KUNIT_EXPECT_TRUE(test, simhw_test_wait(card, SIMNIC_TXQ_HEAD(0),
							(tail - err) % 64));
		KUNIT_EXPECT_TRUE(test, simhw_test_wait(card, SIMNIC_TXQ_STATUS(0),
							SIMNIC_Q_STATUS_ENABLED |
							(err ? SIMNIC_Q_STATUS_HALTED : 0)));
		KUNIT_EXPECT_TRUE(test, simhw_test_wait(card, SIMNIC_VEC_CAUSE(0),
							err ? SIMNIC_CAUSE_ERROR : 0));
		expect_report(test, ring, bad);
		/* RESUME goes on with the frame behind. */
		if (err)
			simhw_test_wr(card, SIMNIC_TXQ_CTRL(0), SIMNIC_Q_CTRL_RESUME);
		KUNIT_EXPECT_TRUE(test, simhw_test_wait(card, SIMNIC_TXQ_HEAD(0), tail % 64));
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_STATUS(0)),
				SIMNIC_Q_STATUS_ENABLED);
		/* without a cable, what is good is counted as this */
		KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_TX_NO_LINK),
				round * (c->drop == SENT ? 3 : 2));
		if (c->drop != SENT)
			KUNIT_EXPECT_EQ(test, simhw_test_stat(card, c->drop), round);
	}
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_VEC_CAUSE(1)), SIMNIC_CAUSE_TX);
}

/* Nothing is sent while a queue is off, hangs, or the transmitter is off. */
static void test_not_ready(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 2, 1);
	struct simhw_test_ring *ring = simhw_test_txq(test, card, 1, 64);
	u8 *data = make_data(test);

	simhw_test_desc(ring, 0, data, 64, EOP | RS);
	simhw_test_doorbell(ring, 1);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_HEAD(1)), 0);
	card->faults.tx_stuck = BIT(1);
	simhw_test_wr(card, SIMNIC_CTRL, SIMNIC_CTRL_TX_EN);
	simhw_test_doorbell(ring, 1);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_HEAD(1)), 0);
	card->faults.tx_stuck = BIT(0);
	simhw_test_doorbell(ring, 1);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_HEAD(1)), 1);

	simhw_test_wr(card, SIMNIC_TXQ_CTRL(1), 0);
	simhw_test_desc(ring, 0, data, 64, EOP | RS);
	simhw_test_doorbell(ring, 1);
	KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_HEAD(1)), 0);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(ring->tx[0].flags), EOP | RS);
	KUNIT_EXPECT_EQ(test, simhw_test_stat(card, SIMNIC_STAT_TX_NO_LINK), 1);
}

/* Each tail beyond the ring is one in it. */
static void test_wild_tail(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	struct simhw_test_ring *ring = simhw_test_txq(test, card, 0, 64);
	static const u32 tails[] = { 63, 64, 65, 127, 0x80000000, U32_MAX };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(tails); i++) {
		simhw_test_doorbell(ring, tails[i]);
		KUNIT_EXPECT_EQ(test, simhw_test_rd(card, SIMNIC_TXQ_TAIL(0)), tails[i] % 64);
	}
	simhw_test_doorbell(ring, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_fetch, chain_gen_params),
	KUNIT_CASE_PARAM(test_engine, chain_gen_params),
	KUNIT_CASE(test_not_ready),
	KUNIT_CASE(test_wild_tail),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_txjob",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
