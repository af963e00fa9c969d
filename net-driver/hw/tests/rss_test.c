// SPDX-License-Identifier: GPL-2.0
/*
 * simnic card: unit tests of receive side scaling: the verification suite that
 * Microsoft publishes for the Toeplitz hash, and what is hashed over what
 */
#include <linux/unaligned.h>

#include "test.h"

#define V4	SIMNIC_RSSCTRL_IPV4
#define TCP4	SIMNIC_RSSCTRL_TCPV4
#define UDP4	SIMNIC_RSSCTRL_UDPV4
#define V6	SIMNIC_RSSCTRL_IPV6
#define TCP6	SIMNIC_RSSCTRL_TCPV6
#define UDP6	SIMNIC_RSSCTRL_UDPV6
#define ALL	(V4 | TCP4 | UDP4 | V6 | TCP6 | UDP6)

static const u8 key[SIMNIC_RSS_KEY_SIZE] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/**
 * struct vector - a row of the verification suite
 * @name: for the log
 * @ip: 4 or 6
 * @dst: destination
 * @dport: its port
 * @src: source
 * @sport: its port
 * @l3: hash over the addresses
 * @l4: hash over addresses and ports
 */
struct vector {
	const char *name;
	u8 ip;
	u8 dst[16];
	u16 dport;
	u8 src[16];
	u16 sport;
	u32 l3;
	u32 l4;
};

static const struct vector vectors[] = {
	{ "66.9.149.187", 4, { 161, 142, 100, 80 }, 1766, { 66, 9, 149, 187 }, 2794,
	  0x323e8fc2, 0x51ccc178 },
	{ "199.92.111.2", 4, { 65, 69, 140, 83 }, 4739, { 199, 92, 111, 2 }, 14230,
	  0xd718262a, 0xc626b0ea },
	{ "24.19.198.95", 4, { 12, 22, 207, 184 }, 38024, { 24, 19, 198, 95 }, 12898,
	  0xd2d0a5de, 0x5c2b394a },
	{ "38.27.205.30", 4, { 209, 142, 163, 6 }, 2217, { 38, 27, 205, 30 }, 48228,
	  0x82989176, 0xafc7327f },
	{ "153.39.163.191", 4, { 202, 188, 127, 2 }, 1303, { 153, 39, 163, 191 }, 44251,
	  0x5d1809c5, 0x10e828a2 },
	{ "3ffe:2501:200:1fff::7", 6,
	  { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0, 3, [15] = 0x01 }, 1766,
	  { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, [15] = 0x07 }, 2794,
	  0x2cc18cd5, 0x40207d3d },
	{ "3ffe:501:8::260:97ff:fe40:efab", 6,
	  { 0xff, 0x02, [15] = 0x01 }, 4739,
	  { 0x3f, 0xfe, 0x05, 0x01, 0x00, 0x08, 0, 0, 0x02, 0x60, 0x97, 0xff, 0xfe, 0x40, 0xef,
	    0xab }, 14230,
	  0x0f0c461c, 0xdde51bbf },
	{ "3ffe:1900:4545:3:200:f8ff:fe21:67cf", 6,
	  { 0xfe, 0x80, [8] = 0x02, 0x00, 0xf8, 0xff, 0xfe, 0x21, 0x67, 0xcf }, 38024,
	  { 0x3f, 0xfe, 0x19, 0x00, 0x45, 0x45, 0x00, 0x03, 0x02, 0x00, 0xf8, 0xff, 0xfe, 0x21,
	    0x67, 0xcf }, 44251,
	  0x4b61e985, 0x02d1feef },
};

KUNIT_ARRAY_PARAM_DESC(vector, vectors, name);

static void set_key(struct simhw_rss *rss, const u8 *bytes)
{
	memcpy(rss->key, bytes, sizeof(rss->key));
	simhw_rss_update(rss);
}

static struct simhw_rss *make_rss(struct kunit *test)
{
	struct simhw_rss *rss = kunit_kzalloc(test, sizeof(*rss), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rss);
	set_key(rss, key);
	return rss;
}

static void parse(struct simhw_frame *f, const u8 *hdr, u32 len)
{
	f->hdr = hdr;
	f->hdr_len = len;
	simhw_parse(&f->pkt, hdr, len);
}

static void make_vector(struct kunit *test, const struct vector *v, u8 proto, struct simhw_frame *f)
{
	const struct simhw_test_pkt pkt = { .ip = v->ip, .proto = proto, .payload = 4 };
	u32 ip = 14, l4 = v->ip == 4 ? ip + 20 : ip + 40, len;
	u8 *hdr;

	len = simhw_test_build(test, &pkt, &hdr);
	memcpy(hdr + ip + (v->ip == 4 ? 12 : 8), v->src, v->ip == 4 ? 4 : 16);
	memcpy(hdr + ip + (v->ip == 4 ? 16 : 24), v->dst, v->ip == 4 ? 4 : 16);
	put_unaligned_be16(v->sport, hdr + l4);
	put_unaligned_be16(v->dport, hdr + l4 + 2);
	parse(f, hdr, len);
}

static void test_vector(struct kunit *test)
{
	const struct vector *v = test->param_value;
	struct simhw_rss *rss = make_rss(test);
	struct simhw_frame f = {};
	u8 type;

	make_vector(test, v, IPPROTO_TCP, &f);
	KUNIT_EXPECT_EQ(test, simhw_rss_hash(rss, V4 | V6, &f, &type), v->l3);
	KUNIT_EXPECT_EQ(test, type, SIMNIC_RXD_HASH_L3);
	KUNIT_EXPECT_EQ(test, simhw_rss_hash(rss, ALL, &f, &type), v->l4);
	KUNIT_EXPECT_EQ(test, type, SIMNIC_RXD_HASH_L4);

	make_vector(test, v, IPPROTO_UDP, &f);
	KUNIT_EXPECT_EQ(test, simhw_rss_hash(rss, ALL, &f, &type), v->l4);
	KUNIT_EXPECT_EQ(test, type, SIMNIC_RXD_HASH_L4);

	make_vector(test, v, IPPROTO_SCTP, &f);
	KUNIT_EXPECT_EQ(test, simhw_rss_hash(rss, ALL, &f, &type), v->l3);
	KUNIT_EXPECT_EQ(test, type, SIMNIC_RXD_HASH_L3);
}

/* A tag in front, options behind, fragments: where addresses and ports are found */
static void test_shapes(struct kunit *test)
{
	static const struct simhw_test_pkt plain = { .ip = 4, .proto = IPPROTO_TCP };
	static const struct simhw_test_pkt shapes[] = {
		{ .ip = 4, .proto = IPPROTO_TCP, .tags = 1 },
		{ .ip = 4, .proto = IPPROTO_TCP, .tags = 2, .opts = 40, .l4_opts = 40 },
		{ .ip = 4, .proto = IPPROTO_UDP, .opts = 4, .payload = 1 },
	};
	struct simhw_rss *rss = make_rss(test);
	struct simhw_frame f = {};
	u32 hash, i, len;
	u8 *hdr, type;

	len = simhw_test_build(test, &plain, &hdr);
	parse(&f, hdr, len);
	hash = simhw_rss_hash(rss, ALL, &f, &type);
	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		len = simhw_test_build(test, &shapes[i], &hdr);
		parse(&f, hdr, len);
		KUNIT_EXPECT_EQ_MSG(test, simhw_rss_hash(rss, ALL, &f, &type), hash, "%u", i);
		KUNIT_EXPECT_EQ(test, type, SIMNIC_RXD_HASH_L4);
	}
}

/* All fragments of a packet have the same hash, that of its addresses. */
static void test_fragments(struct kunit *test)
{
	static const u16 frag_offs[] = { 0x2000, 0x2001, 0x0001, 0x00b9, 0x1fff };
	struct simhw_rss *rss = make_rss(test);
	const struct vector *v = &vectors[0];
	struct simhw_frame f = {};
	u32 i;
	u8 type;

	for (i = 0; i < ARRAY_SIZE(frag_offs); i++) {
		make_vector(test, v, IPPROTO_UDP, &f);
		put_unaligned_be16(frag_offs[i], (u8 *)f.hdr + 20);
		parse(&f, f.hdr, f.hdr_len);
		KUNIT_EXPECT_EQ(test, simhw_rss_hash(rss, ALL, &f, &type), v->l3);
		KUNIT_EXPECT_EQ(test, type, SIMNIC_RXD_HASH_L3);
		KUNIT_EXPECT_EQ(test, simhw_rss_hash(rss, ALL & ~V4, &f, &type), 0);
		KUNIT_EXPECT_EQ(test, type, SIMNIC_RXD_HASH_NONE);
	}

	/* "do not fragment" is no fragment */
	make_vector(test, v, IPPROTO_UDP, &f);
	put_unaligned_be16(0x4000, (u8 *)f.hdr + 20);
	parse(&f, f.hdr, f.hdr_len);
	KUNIT_EXPECT_EQ(test, simhw_rss_hash(rss, ALL, &f, &type), v->l4);

	v = &vectors[5];
	make_vector(test, v, IPPROTO_FRAGMENT, &f);
	KUNIT_EXPECT_EQ(test, simhw_rss_hash(rss, ALL, &f, &type), v->l3);
}

/* Every combination of RSSCTRL bits, for every kind of frame */
static void test_rssctrl(struct kunit *test)
{
	static const struct {
		u8 vector;
		u8 proto;
		u32 l4_bit;
		u32 l3_bit;
	} kinds[] = {
		{ 0, IPPROTO_TCP, TCP4, V4 }, { 0, IPPROTO_UDP, UDP4, V4 },
		{ 0, IPPROTO_ICMP, 0, V4 }, { 5, IPPROTO_TCP, TCP6, V6 },
		{ 5, IPPROTO_UDP, UDP6, V6 }, { 5, IPPROTO_ICMPV6, 0, V6 },
	};
	struct simhw_rss *rss = make_rss(test);
	struct simhw_frame f = {};
	u32 i, ctrl, want, hash;
	u8 type, want_type;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		make_vector(test, &vectors[kinds[i].vector], kinds[i].proto, &f);
		for (ctrl = 0; ctrl <= ALL; ctrl++) {
			want = 0;
			want_type = SIMNIC_RXD_HASH_NONE;
			if (ctrl & kinds[i].l4_bit) {
				want = vectors[kinds[i].vector].l4;
				want_type = SIMNIC_RXD_HASH_L4;
			} else if (ctrl & kinds[i].l3_bit) {
				want = vectors[kinds[i].vector].l3;
				want_type = SIMNIC_RXD_HASH_L3;
			}
			hash = simhw_rss_hash(rss, ctrl, &f, &type);
			if (hash != want || type != want_type)
				KUNIT_FAIL(test, "kind %u, RSSCTRL %02x: %08x, type %u", i, ctrl,
					   hash, type);
		}
	}
}

static void test_no_ip(struct kunit *test)
{
	static const struct simhw_test_pkt pkt = { .payload = 46 };
	struct simhw_rss *rss = make_rss(test);
	struct simhw_frame f = {};
	u8 *hdr, type = 0xff;
	u32 len;

	len = simhw_test_build(test, &pkt, &hdr);
	parse(&f, hdr, len);
	KUNIT_EXPECT_EQ(test, simhw_rss_hash(rss, ALL, &f, &type), 0);
	KUNIT_EXPECT_EQ(test, type, SIMNIC_RXD_HASH_NONE);
}

/* The definition: for each bit set in the input, the 32 bits of the key from there */
static u32 toeplitz(const u8 *k, const u8 *data, u32 len)
{
	u32 hash = 0, i, bit, window;

	for (i = 0; i < len * 8; i++) {
		if (!(data[i / 8] & (0x80 >> i % 8)))
			continue;
		for (bit = 0, window = 0; bit < 32; bit++)
			window = window << 1 | (k[(i + bit) / 8] >> (7 - (i + bit) % 8) & 1);
		hash ^= window;
	}
	return hash;
}

/* Any key, for both families; the first has only the last bit that ever counts. */
static void test_keys(struct kunit *test)
{
	struct simhw_rss *rss = make_rss(test);
	u8 k[SIMNIC_RSS_KEY_SIZE], type;
	struct simhw_frame f = {};
	u32 round, i;

	for (round = 0; round < 10; round++) {
		for (i = 0; i < sizeof(k); i++)
			k[i] = round ? (i + 1) * 37 * round ^ i >> 1 : 2 * (i == sizeof(k) - 1);
		set_key(rss, k);
		make_vector(test, &vectors[5], IPPROTO_TCP, &f);
		((u8 *)f.hdr)[14 + 40 + 3] |= 1;
		KUNIT_EXPECT_EQ(test, simhw_rss_hash(rss, ALL, &f, &type),
				toeplitz(k, f.hdr + 14 + 8, 36));
		make_vector(test, &vectors[1], IPPROTO_UDP, &f);
		KUNIT_EXPECT_EQ(test, simhw_rss_hash(rss, ALL, &f, &type),
				toeplitz(k, f.hdr + 14 + 12, 12));
	}
}

/* The key as the registers take it: bytes as in a MAC address, first lowest */
static void test_key_registers(struct kunit *test)
{
	struct simhw_card *card = simhw_test_card(test, 1, 1);
	struct simhw_frame f = {};
	u32 i;
	u8 type;

	make_vector(test, &vectors[0], IPPROTO_TCP, &f);
	for (i = 0; i < SIMNIC_RSS_KEY_SIZE / 4; i++) {
		KUNIT_EXPECT_NE(test, simhw_rss_hash(&card->rss, ALL, &f, &type), vectors[0].l4);
		simhw_test_wr(card, SIMNIC_RSS_KEY(i), get_unaligned_le32(key + i * 4));
		/* an IPv4 frame has twelve bytes to hash, which takes sixteen of the key */
		if (i == 3)
			break;
	}
	KUNIT_EXPECT_EQ(test, simhw_rss_hash(&card->rss, ALL, &f, &type), vectors[0].l4);
}

/* A sender's last flow is remembered, for as long as the key is what it was. */
static void test_flow(struct kunit *test)
{
	struct simhw_rss *rss = make_rss(test);
	struct simhw_rss_flow flow = {};
	struct simhw_frame f = {};
	u32 i, round;
	u8 type;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		make_vector(test, &vectors[i], IPPROTO_UDP, &f);
		for (round = 0; round < 2; round++) {
			KUNIT_EXPECT_EQ(test, simhw_rss_flow_hash(&flow, rss, 1, ALL, &f, &type),
					vectors[i].l4);
			KUNIT_EXPECT_EQ(test, type, SIMNIC_RXD_HASH_L4);
		}
	}

	make_vector(test, &vectors[0], IPPROTO_UDP, &f);
	simhw_rss_flow_hash(&flow, rss, 1, ALL, &f, &type);
	/* what is to be hashed is looked at for each frame */
	KUNIT_EXPECT_EQ(test, simhw_rss_flow_hash(&flow, rss, 1, V4, &f, &type), vectors[0].l3);
	KUNIT_EXPECT_EQ(test, type, SIMNIC_RXD_HASH_L3);
	/* the same addresses with other ports, and the other way round */
	((u8 *)f.hdr)[14 + 20 + 1] ^= 1;
	KUNIT_EXPECT_EQ(test, simhw_rss_flow_hash(&flow, rss, 1, ALL, &f, &type),
			simhw_rss_hash(rss, ALL, &f, &type));
	((u8 *)f.hdr)[14 + 12 + 7] ^= 1;
	KUNIT_EXPECT_EQ(test, simhw_rss_flow_hash(&flow, rss, 1, ALL, &f, &type),
			simhw_rss_hash(rss, ALL, &f, &type));
	/* another key */
	rss->key[0] ^= 0xff;
	simhw_rss_update(rss);
	KUNIT_EXPECT_EQ(test, simhw_rss_flow_hash(&flow, rss, 2, ALL, &f, &type),
			simhw_rss_hash(rss, ALL, &f, &type));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(test_vector, vector_gen_params),
	KUNIT_CASE(test_shapes),
	KUNIT_CASE(test_fragments),
	KUNIT_CASE(test_rssctrl),
	KUNIT_CASE(test_no_ip),
	KUNIT_CASE(test_keys),
	KUNIT_CASE(test_key_registers),
	KUNIT_CASE(test_flow),
	{}
};

static struct kunit_suite suite = {
	.name = "simhw_rss",
	.suite_exit = simhw_test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
