// SPDX-License-Identifier: GPL-2.0
/*
 * Requests and answers over TCP, one at a time: how long each took. And a stream.
 *
 *   rr server PORT
 *   rr client ADDRESS PORT SECONDS   prints: count p50 p99 max, in nanoseconds
 *   rr sink PORT
 *   rr stream ADDRESS PORT BYTES     prints: nanoseconds until all of it was read
 *   rr timer COUNT                   prints: by how many a timer is late, p50
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SIZE	32		/* bytes, of a request and of an answer */
#define MOST	(1 << 22)	/* answers */
#define WARM_UP	50		/* of them, that do not count */
#define CHUNK	(128 << 10)	/* bytes, of a stream */
#define BUFFER	(1 << 20)	/* bytes, of a stream's sockets */

static char chunk[CHUNK];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static int tcp_socket(void)
{
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)))
		die("socket");
	return fd;
}

/* Of a fixed size: how the kernel would let it grow depends on chance */
static void fix_buffers(int fd)
{
	int size = BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)))
		die("buffers");
}

static int all_of(int fd, char *buf)
{
	return recv(fd, buf, SIZE, MSG_WAITALL) == SIZE;
}

static int listener(int port, int fixed)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	int fd = tcp_socket();

	if (fixed)
		fix_buffers(fd);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 8))
		die("bind");
	return fd;
}

static int connected(const char *host, int port, int fixed)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	int fd = tcp_socket();

	if (fixed)
		fix_buffers(fd);
	if (inet_pton(AF_INET, host, &addr.sin_addr) != 1)
		die(host);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("connect");
	return fd;
}

static void answer(int fd)
{
	char buf[SIZE];

	while (all_of(fd, buf) && send(fd, buf, SIZE, 0) == SIZE)
		;
}

static void swallow(int fd)
{
	while (recv(fd, chunk, CHUNK, 0) > 0)
		;
}

/* One after the other, for ever; who closes first is the client, except for a stream */
static void serve(int port, void (*handle)(int fd))
{
	int fd = listener(port, handle == swallow), one = 1, peer;

	for (;;) {
		peer = accept(fd, NULL, NULL);
		if (peer < 0)
			die("accept");
		setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		handle(peer);
		close(peer);
	}
}

static int by_size(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

static unsigned int ask(int fd)
{
	unsigned long long start = now();
	char buf[SIZE] = "";

	if (send(fd, buf, SIZE, 0) != SIZE || !all_of(fd, buf))
		die("no answer");
	return now() - start;
}

static void client(const char *host, int port, double seconds)
{
	unsigned int *took = malloc(MOST * sizeof(*took)), n;
	int fd = connected(host, port, 0);
	unsigned long long end;

	if (!took)
		die("malloc");
	for (n = 0; n < WARM_UP; n++)
		ask(fd);
	end = now() + seconds * 1e9;
	for (n = 0; n < MOST && (!n || now() < end); n++)
		took[n] = ask(fd);
	qsort(took, n, sizeof(*took), by_size);
	printf("%u %u %u %u\n", n, took[n / 2], took[n - 1 - n / 100], took[n - 1]);
}

static void stream(const char *host, int port, long bytes)
{
	int fd = connected(host, port, 1);
	unsigned long long start = now();
	long n;

	for (; bytes > 0; bytes -= n) {
		n = send(fd, chunk, bytes < CHUNK ? bytes : CHUNK, 0);
		if (n <= 0)
			die("send");
	}
	shutdown(fd, SHUT_WR);
	swallow(fd);	/* the other end closes when it has read all */
	printf("%llu\n", now() - start);
}

/* What an interrupt of a timer, and waking up whom it is for, takes here */
static void timer(unsigned int count)
{
	struct timespec delay = { .tv_nsec = 200000 };
	unsigned int *late = malloc(count * sizeof(*late)), i;
	unsigned long long start;

	if (!late || !count || prctl(PR_SET_TIMERSLACK, 1))
		die("timer");
	for (i = 0; i < count; i++) {
		start = now();
		nanosleep(&delay, NULL);
		late[i] = now() - start - delay.tv_nsec;
	}
	qsort(late, count, sizeof(*late), by_size);
	printf("%u\n", late[count / 2]);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "server"))
		serve(atoi(argv[2]), answer);
	else if (argc == 3 && !strcmp(argv[1], "sink"))
		serve(atoi(argv[2]), swallow);
	else if (argc == 3 && !strcmp(argv[1], "timer"))
		timer(atoi(argv[2]));
	else if (argc == 5 && !strcmp(argv[1], "client"))
		client(argv[2], atoi(argv[3]), atof(argv[4]));
	else if (argc == 5 && !strcmp(argv[1], "stream"))
		stream(argv[2], atoi(argv[3]), atol(argv[4]));
	else
		return 2;
	return 0;
}
