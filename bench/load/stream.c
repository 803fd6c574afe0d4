#include "stream.h"

#include <stdio.h>
#include <string.h>

static const char TOPIC[] = "plant/kiln-000000/telemetry";
static const char PAYLOAD[] = "{\"ts\":0000000000000,\"seq\":0000000000,\"t\":{\"temp\":00.00,\"hum\":41.3},"
                              "\"rpm\":1450,\"state\":\"run\",\"line\":\"A7\"}";

void stream_open(struct stream *stream, enum workload workload, uint32_t devices)
{
    *stream = (struct stream){.workload = workload, .devices = devices};
}

static uint8_t *value_of(uint8_t *payload, const char *name)
{
    return (uint8_t *)strstr((char *)payload, name) + strlen(name);
}

void stream_form(struct stream *stream, int version, unsigned qos)
{
    size_t topic = sizeof TOPIC - 1, payload = sizeof PAYLOAD - 1;
    size_t length = 2 + topic + (qos ? 2 : 0) + (version == 5) + payload;
    uint8_t *at = stream->packet;
    *at++ = (uint8_t)(0x30 | qos << 1);
    *at++ = (uint8_t)(length & 127) | 128; /* it is always between 128 and 255 */
    *at++ = (uint8_t)(length >> 7);
    *at++ = 0;
    *at++ = (uint8_t)topic;
    memcpy(at, TOPIC, topic);
    stream->device = at + strlen("plant/kiln-");
    at += topic;
    stream->id = qos ? at : NULL;
    at += qos ? 2 : 0;
    if (version == 5)
        *at++ = 0; /* no properties */
    memcpy(at, PAYLOAD, payload + 1);
    stream->time = value_of(at, "\"ts\":");
    stream->seq = value_of(at, "\"seq\":");
    stream->degrees = value_of(at, "\"temp\":");
    stream->size = (size_t)(at + payload - stream->packet);
    stream->ms = 0;
}

static void put_digits(uint8_t *at, unsigned count, uint64_t value)
{
    while (count--) {
        at[count] = (uint8_t)('0' + value % 10);
        value /= 10;
    }
}

static void put_hundredths(uint8_t *at, unsigned value)
{
    put_digits(at, 2, value / 100);
    put_digits(at + 3, 2, value % 100);
}

void stream_time(struct stream *stream, uint64_t ms)
{
    if (ms != stream->ms)
        put_digits(stream->time, 13, stream->ms = ms);
}

static void write_packet(struct stream *stream, uint8_t *into, unsigned id)
{
    if (stream->id) {
        stream->id[0] = (uint8_t)(id >> 8);
        stream->id[1] = (uint8_t)id;
    }
    memcpy(into, stream->packet, stream->size);
}

struct reading stream_write(struct stream *stream, uint8_t *into, unsigned id)
{
    struct reading reading = reading_of(stream->workload, stream->turn, stream->reading);
    put_digits(stream->device, 6, stream->turn);
    put_digits(stream->seq, 10, FIRST_SEQ + stream->next);
    put_hundredths(stream->degrees, reading.hundredths);
    write_packet(stream, into, id);
    stream->next++;
    if (++stream->turn == stream->devices) {
        stream->turn = 0;
        stream->reading++;
    }
    return reading;
}

void stream_probe(struct stream *stream, uint8_t *into, unsigned index, unsigned id)
{
    put_digits(stream->device, 6, PROBE);
    put_digits(stream->seq, 10, 0);
    stream->seq[0] = '9'; /* JSON numbers begin with no zero */
    put_hundredths(stream->degrees, probe_hundredths(index));
    write_packet(stream, into, id);
}
