/* SPDX-License-Identifier: GPL-2.0 */
/* simnic card: receive engine */
#ifndef SIMHW_RX_H
#define SIMHW_RX_H

#include <linux/types.h>

struct simhw_card;
struct simhw_frame;
struct simhw_rxq;
struct simhw_sender;
struct tasklet_struct;

/**
 * enum simhw_rx_result - what became of a frame
 * @SIMHW_RX_DONE: it was received, or dropped and counted
 * @SIMHW_RX_WAIT: no: the sender is registered to be woken
 * @SIMHW_RX_RETRY: no: the link has changed, look again
 * @SIMHW_RX_ROOM: nothing yet: there is room for it after all
 */
enum simhw_rx_result {
	SIMHW_RX_DONE,
	SIMHW_RX_WAIT,
	SIMHW_RX_RETRY,
	SIMHW_RX_ROOM,
};

/**
 * struct simhw_rx_run - a run of frames into one card, from one sender
 * @card: the receiver, NULL: there is none
 * @q: the queue that is locked, or NULL
 * @frames: frames that went there since it was locked
 */
struct simhw_rx_run {
	struct simhw_card *card;
	struct simhw_rxq *q;
	u32 frames;
};

void simhw_rxq_init(struct simhw_card *card, unsigned int index);
void simhw_rxq_exit(struct simhw_rxq *q);
void simhw_rxq_doorbell(struct simhw_rxq *q, u32 tail);
void simhw_rxq_write_ctrl(struct simhw_rxq *q, u32 val);
void simhw_rxq_disable(struct simhw_rxq *q);
u32 simhw_rxq_status(const struct simhw_rxq *q);

enum simhw_rx_result simhw_rx_frame(struct simhw_rx_run *run, struct simhw_sender *from,
				    const struct simhw_frame *f);
void simhw_rx_end(struct simhw_rx_run *run);

void simhw_sender_init(struct simhw_sender *sender, struct simhw_card *card,
		       void (*bh)(struct tasklet_struct *t));
void simhw_rx_resteer(struct simhw_card *card);
void simhw_rx_wake_all(struct simhw_card *card);
void simhw_rx_forget(struct simhw_sender *from);

#endif
