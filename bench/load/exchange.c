/* What a peer says is taken in here: as its broker, or as a client of one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

static const char WATCHED[] = "plant/kiln-000000/telemetry";
static const char OUTPUT[] = "plant/kiln-000000/set";
#define DIGITS_AT 11
#define RECEIVE_MAXIMUM 0x21
#define REFUSED 0x80u
#define MOST_FILTER 200u
#define MOST_AT_ONCE 4096 /* filters in one packet */

static struct bytes bytes_of(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text), false};
}

/* The device of an output topic, or -1 when it is another topic. */
static int64_t device_of(struct bytes topic)
{
    int64_t device = 0;
    if (topic.left != sizeof OUTPUT - 1 || memcmp(topic.at, OUTPUT, DIGITS_AT) != 0)
        return -1;
    for (unsigned index = DIGITS_AT; index < DIGITS_AT + 6; index++) {
        if (topic.at[index] < '0' || topic.at[index] > '9')
            return -1;
        device = 10 * device + topic.at[index] - '0';
    }
    return memcmp(topic.at + DIGITS_AT + 6, OUTPUT + DIGITS_AT + 6, 4) == 0 ? device : -1;
}

/* The number of the message that an output names as its "seq", or -1. */
static int64_t number_of(struct bytes payload)
{
    static const char name[] = "\"seq\":";
    const char *end = (const char *)payload.at + payload.left;
    const char *at = memmem(payload.at, payload.left, name, sizeof name - 1);
    if (!at)
        return -1;
    at += sizeof name - 1;
    while (at < end && *at == ' ')
        at++;
    int64_t seq = 0;
    for (; at < end && *at >= '0' && *at <= '9' && seq < INT64_MAX / 100; at++)
        seq = 10 * seq + *at - '0';
    return seq >= (int64_t)FIRST_SEQ ? seq - (int64_t)FIRST_SEQ : INT64_MAX;
}

static void took_output(struct load *load, uint32_t device, struct bytes payload, uint64_t now)
{
    if (device == PROBE) {
        if (!load->answered)
            load->answered = now;
        return;
    }
    load->progress = now;
    ledger_answer(&load->book, device, number_of(payload), now);
}

/* What is no output goes to whoever asked for it, as with any broker: a product may watch its own heartbeat. */
static void pass_on(struct load *load, const struct publish *message)
{
    for (struct peer *peer = load->peers; peer < load->peers + MOST_PEERS; peer++) {
        if (peer->fd < 0 || !peer_wants(peer, message->topic))
            continue;
        uint8_t *at = peer_room(peer, SMALL + message->topic.left + message->payload.left);
        peer_add(peer, publish_write(at, peer->version, 0, message->topic, message->payload));
    }
}

static bool take_publish(struct load *load, struct peer *peer, const struct packet *packet, uint64_t now)
{
    struct publish message;
    if (!publish_read(packet, peer->version, &message))
        return false;
    int64_t device = device_of(message.topic);
    if (device >= 0) {
        took_output(load, (uint32_t)device, message.payload, now);
        load->outputs_at[message.qos]++;
    } else if (!load->options.host) {
        pass_on(load, &message);
    }
    if (message.qos)
        peer_add(peer, pair_write(peer_room(peer, SMALL), PUBACK, 0, message.id));
    return true;
}

static bool take_connect(struct load *load, struct peer *peer, struct bytes body, uint64_t now)
{
    take_text(&body);
    peer->version = (int)take_byte(&body) == 5 ? 5 : 4;
    take_byte(&body);  /* flags: will and password are of no interest */
    take_short(&body); /* keep alive */
    if (peer->version == 5)
        peer->receive_maximum = short_property(take_properties(&body), RECEIVE_MAXIMUM, 65535);
    struct bytes id = take_text(&body);
    if (body.bad || peer->greeted)
        return false;
    peer->greeted = true;
    snprintf(peer->client_id, sizeof peer->client_id, "%.*s", (int)id.left, (const char *)id.at);
    char given[32];
    snprintf(given, sizeof given, "given-%d", peer->fd);
    peer_add(peer, connack_write(peer_room(peer, SMALL), peer->version, id.left ? NULL : given));
    if (!load->connected)
        load->connected = now;
    return true;
}

/* Streaming goes to the first that asks for what the devices say. */
static void look_for_target(struct load *load, struct peer *peer, uint64_t now)
{
    peer->streams = peer_wants(peer, bytes_of(WATCHED));
    if (load->target == peer && !peer->streams)
        load->target = NULL;
    if (load->target || !peer->streams)
        return;
    load->target = peer;
    load->version = peer->version;
    memcpy(load->client_id, peer->client_id, sizeof load->client_id);
    flight_reset(&load->flight);
    stream_form(&load->stream, peer->version, peer->granted);
    if (!load->subscribed)
        load->subscribed = now;
}

/* The QoS that a filter gets; when it asks for what the devices say, that is also the stream's. */
static unsigned grant(struct load *load, struct peer *peer, struct bytes filter, unsigned asked)
{
    char text[MOST_FILTER + 1];
    unsigned granted = asked < load->options.qos ? asked : load->options.qos;
    if (filter.left > MOST_FILTER)
        return REFUSED;
    snprintf(text, sizeof text, "%.*s", (int)filter.left, (const char *)filter.at);
    peer_filter(peer, filter);
    if (matches(text, bytes_of(WATCHED)))
        peer->granted = granted;
    return granted;
}

static bool take_subscribe(struct load *load, struct peer *peer, struct bytes body, uint64_t now)
{
    uint8_t codes[MOST_AT_ONCE];
    unsigned id = take_short(&body), count = 0;
    if (peer->version == 5)
        take_properties(&body);
    while (body.left && !body.bad && count < MOST_AT_ONCE) {
        struct bytes filter = take_text(&body);
        codes[count++] = (uint8_t)grant(load, peer, filter, take_byte(&body) & 3);
    }
    uint8_t *at = peer_room(peer, SMALL + count);
    peer_add(peer, answer_write(at, peer->version, SUBACK, id, codes, count));
    look_for_target(load, peer, now);
    return !body.left && !body.bad && count;
}

static bool take_unsubscribe(struct load *load, struct peer *peer, struct bytes body, uint64_t now)
{
    static const uint8_t done[MOST_AT_ONCE];
    unsigned id = take_short(&body), count = 0;
    if (peer->version == 5)
        take_properties(&body);
    for (; body.left && !body.bad && count < MOST_AT_ONCE; count++)
        peer_unfilter(peer, take_text(&body));
    uint8_t *at = peer_room(peer, SMALL + count);
    peer_add(peer, answer_write(at, peer->version, UNSUBACK, id, done, peer->version == 5 ? count : 0));
    look_for_target(load, peer, now);
    return !body.left && !body.bad && count;
}

static void take_puback(struct load *load, struct peer *peer, struct bytes body, uint64_t now)
{
    unsigned id = take_short(&body), reason = body.left ? take_byte(&body) : 0;
    load->progress = now;
    if (peer == load->target)
        flight_end(&load->flight, (uint16_t)id, reason);
    else
        load->flight.unknown++;
}

static void take_granted(struct load *load, struct peer *peer, uint64_t now)
{
    peer->granted = load->options.qos;
    peer_filter(peer, bytes_of(WATCHED));
    look_for_target(load, peer, now);
}

static bool take_packet(struct load *load, struct peer *peer, const struct packet *packet, uint64_t now)
{
    bool server = !load->options.host;
    if (server && !peer->greeted && packet->kind != CONNECT)
        return false;
    switch (packet->kind) {
    case CONNECT:
        return server && take_connect(load, peer, packet->body, now);
    case CONNACK:
        peer_add(peer, subscribe_write(peer_room(peer, SMALL), 1, "plant/+/set", 1));
        return !server && packet->body.left > 1 && packet->body.at[1] == 0;
    case SUBACK:
        take_granted(load, peer, now);
        return !server;
    case PUBLISH:
        return take_publish(load, peer, packet, now);
    case PUBACK:
        take_puback(load, peer, packet->body, now);
        return true;
    case SUBSCRIBE:
        return server && take_subscribe(load, peer, packet->body, now);
    case UNSUBSCRIBE:
        return server && take_unsubscribe(load, peer, packet->body, now);
    case PINGREQ:
        memcpy(peer_room(peer, SMALL), "\xd0", 2);
        peer_add(peer, 2);
        return true;
    case DISCONNECT:
        peer->finished = true;
        return true;
    default:
        return packet->kind == PINGRESP;
    }
}

bool exchange(struct load *load, struct peer *peer, uint64_t now)
{
    struct packet packet;
    while (!peer->finished) {
        int found = packet_read(peer->in + peer->in_start, peer->in_end - peer->in_start, &packet);
        if (found == 0)
            return true;
        if (found < 0 || !take_packet(load, peer, &packet, now)) {
            load->protocol_errors++;
            return false;
        }
        peer->in_start += packet.size;
    }
    return false;
}

void greet_broker(struct load *load, struct peer *peer)
{
    uint8_t *at = peer_room(peer, SMALL + 512);
    peer_add(peer, connect_write(at, "bench-load", load->options.user, load->options.password));
}

void leave(struct load *load, struct peer *peer)
{
    if (load->target == peer) {
        load->target = NULL;
        load->disconnects += load->phase < SERVING;
    }
    peer_close(peer);
}
