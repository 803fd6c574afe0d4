/* Just as much MQTT 3.1.1 and 5 as a load generator speaks. */
#ifndef PACKETS_H
#define PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind {
    CONNECT = 1, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK,
    PINGREQ, PINGRESP, DISCONNECT
};

/* A run of bytes that are read from the front. Reading past the end sets `bad` and gives zeros. */
struct bytes {
    const uint8_t *at;
    size_t left;
    bool bad;
};

struct packet {
    enum kind kind;
    unsigned flags;
    struct bytes body;
    size_t size; /* of the whole packet */
};

/* 1: a whole packet; 0: more bytes are needed; -1: this is no MQTT. */
int packet_read(const uint8_t *from, size_t size, struct packet *into);

unsigned take_byte(struct bytes *from);
unsigned take_short(struct bytes *from);
struct bytes take(struct bytes *from, size_t count);
struct bytes take_text(struct bytes *from); /* two bytes of length before it */
struct bytes take_properties(struct bytes *from);

/* The value of the two-byte property `id`, or `otherwise`. */
unsigned short_property(struct bytes properties, unsigned id, unsigned otherwise);

struct publish {
    unsigned qos, id;
    struct bytes topic, payload;
};

bool publish_read(const struct packet *packet, int version, struct publish *into);

/* Writers give the size. `into` has room for SMALL bytes, and for what has a length of its own also for that. */
#define SMALL 64
size_t pair_write(uint8_t *into, enum kind kind, unsigned flags, unsigned id);
size_t answer_write(uint8_t *into, int version, enum kind kind, unsigned id, const uint8_t *codes, size_t count);
size_t connack_write(uint8_t *into, int version, const char *assigned);
size_t connect_write(uint8_t *into, const char *client_id, const char *user, const char *password);
size_t subscribe_write(uint8_t *into, unsigned id, const char *filter, unsigned qos);
size_t publish_write(uint8_t *into, int version, unsigned qos, struct bytes topic, struct bytes payload);

/* Whether `topic` is one that `filter` asks for. */
bool matches(const char *filter, struct bytes topic);

#endif
