#include "packets.h"

#include <string.h>

#define LARGEST (1u << 20)

static int length_read(const uint8_t *from, size_t size, uint32_t *value, size_t *used)
{
    *value = 0;
    for (unsigned index = 0; index < 4; index++) {
        if (index >= size)
            return 0;
        *value |= (uint32_t)(from[index] & 127) << (7 * index);
        if (!(from[index] & 128)) {
            *used = index + 1;
            return 1;
        }
    }
    return -1;
}

int packet_read(const uint8_t *from, size_t size, struct packet *into)
{
    uint32_t length;
    size_t used;
    if (size < 2)
        return 0;
    int found = length_read(from + 1, size - 1, &length, &used);
    if (found < 1)
        return found;
    if (length > LARGEST || from[0] >> 4 < CONNECT || from[0] >> 4 > DISCONNECT)
        return -1;
    *into = (struct packet){(enum kind)(from[0] >> 4), from[0] & 15, {from + 1 + used, length, false}, 1 + used + length};
    return into->size <= size;
}

struct bytes take(struct bytes *from, size_t count)
{
    struct bytes part = {from->at, count, false};
    if (count > from->left) {
        from->bad = true;
        part.left = 0;
        count = from->left;
    }
    from->at += count;
    from->left -= count;
    return part;
}

unsigned take_byte(struct bytes *from)
{
    struct bytes part = take(from, 1);
    return part.left ? part.at[0] : 0;
}

unsigned take_short(struct bytes *from)
{
    struct bytes part = take(from, 2);
    return part.left ? (unsigned)part.at[0] << 8 | part.at[1] : 0;
}

struct bytes take_text(struct bytes *from)
{
    return take(from, take_short(from));
}

struct bytes take_properties(struct bytes *from)
{
    uint32_t length;
    size_t used;
    if (length_read(from->at, from->left, &length, &used) < 1) {
        from->bad = true;
        return (struct bytes){from->at, 0, false};
    }
    take(from, used);
    return take(from, length);
}

/* How many bytes the value of a property of MQTT 5 takes that has no length of its own; 0: it has one. */
static size_t property_size(unsigned id)
{
    if (strchr("\x01\x17\x19\x24\x25\x28\x29\x2a", (int)id))
        return 1;
    if (strchr("\x13\x21\x22\x23", (int)id))
        return 2;
    return strchr("\x02\x11\x18\x27", (int)id) ? 4 : 0;
}

unsigned short_property(struct bytes properties, unsigned id, unsigned otherwise)
{
    while (properties.left && !properties.bad) {
        unsigned found = take_byte(&properties);
        size_t size = property_size(found);
        if (found == id)
            return take_short(&properties);
        if (found == 0x26) /* a user property: name and value */
            take_text(&properties);
        if (size)
            take(&properties, size);
        else
            take_text(&properties);
    }
    return otherwise;
}

bool publish_read(const struct packet *packet, int version, struct publish *into)
{
    struct bytes body = packet->body;
    *into = (struct publish){.qos = packet->flags >> 1 & 3};
    into->topic = take_text(&body);
    if (into->qos)
        into->id = take_short(&body);
    if (version == 5)
        take_properties(&body);
    into->payload = body;
    return !body.bad && into->qos < 2 && into->topic.left;
}

static uint8_t *put_short(uint8_t *at, unsigned value)
{
    *at++ = (uint8_t)(value >> 8);
    *at++ = (uint8_t)value;
    return at;
}

static uint8_t *put_text(uint8_t *at, const void *text, size_t size)
{
    at = put_short(at, (unsigned)size);
    memcpy(at, text, size);
    return at + size;
}

/* The fixed header; lengths below 128 take one byte, others two. */
static uint8_t *put_header(uint8_t *at, enum kind kind, unsigned flags, size_t length)
{
    *at++ = (uint8_t)(kind << 4 | flags);
    if (length > 127) {
        *at++ = (uint8_t)(length & 127) | 128;
        length >>= 7;
    }
    *at++ = (uint8_t)length;
    return at;
}

size_t pair_write(uint8_t *into, enum kind kind, unsigned flags, unsigned id)
{
    return (size_t)(put_short(put_header(into, kind, flags, 2), id) - into);
}

size_t answer_write(uint8_t *into, int version, enum kind kind, unsigned id, const uint8_t *codes, size_t count)
{
    size_t none = version == 5; /* a byte that says that there are no properties */
    uint8_t *at = put_short(put_header(into, kind, 0, 2 + none + count), id);
    if (none)
        *at++ = 0;
    memcpy(at, codes, count);
    return (size_t)(at - into) + count;
}

size_t connack_write(uint8_t *into, int version, const char *assigned)
{
    size_t name = assigned ? strlen(assigned) + 3 : 0;
    uint8_t *at = put_header(into, CONNACK, 0, version == 5 ? 3 + name : 2);
    *at++ = 0; /* no session is present */
    *at++ = 0;
    if (version == 5) {
        *at++ = (uint8_t)name;
        if (assigned) {
            *at++ = 0x12;
            at = put_text(at, assigned, strlen(assigned));
        }
    }
    return (size_t)(at - into);
}

size_t connect_write(uint8_t *into, const char *client_id, const char *user, const char *password)
{
    size_t length = 10 + 2 + strlen(client_id);
    length += user ? 2 + strlen(user) : 0;
    length += password ? 2 + strlen(password) : 0;
    uint8_t *at = put_text(put_header(into, CONNECT, 0, length), "MQTT", 4);
    *at++ = 4;
    *at++ = (uint8_t)(2 | (user ? 128 : 0) | (password ? 64 : 0)); /* a clean session */
    at = put_text(put_short(at, 0), client_id, strlen(client_id));
    if (user)
        at = put_text(at, user, strlen(user));
    if (password)
        at = put_text(at, password, strlen(password));
    return (size_t)(at - into);
}

size_t subscribe_write(uint8_t *into, unsigned id, const char *filter, unsigned qos)
{
    uint8_t *at = put_short(put_header(into, SUBSCRIBE, 2, 5 + strlen(filter)), id);
    at = put_text(at, filter, strlen(filter));
    *at++ = (uint8_t)qos;
    return (size_t)(at - into);
}

size_t publish_write(uint8_t *into, int version, unsigned qos, struct bytes topic, struct bytes payload)
{
    size_t length = 2 + topic.left + (qos ? 2 : 0) + (version == 5) + payload.left;
    uint8_t *at = put_text(put_header(into, PUBLISH, qos << 1, length), topic.at, topic.left);
    if (qos)
        at = put_short(at, 0);
    if (version == 5)
        *at++ = 0;
    memcpy(at, payload.at, payload.left);
    return (size_t)(at + payload.left - into);
}

bool matches(const char *filter, struct bytes topic)
{
    const char *name = (const char *)topic.at, *end = name + topic.left;
    if (topic.left && *name == '$' && *filter != '$')
        return false;
    for (;;) {
        if (*filter == '#')
            return true;
        if (*filter == '+') {
            filter++;
            while (name < end && *name != '/')
                name++;
        } else {
            while (*filter && *filter != '/' && name < end && *filter == *name)
                filter++, name++;
        }
        if (!*filter)
            return name == end;
        if (name == end)
            return strcmp(filter, "/#") == 0;
        if (*filter != '/' || *name != '/')
            return false;
        filter++, name++;
    }
}
