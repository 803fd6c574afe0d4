#include <inttypes.h>
#include <stdio.h>

#include "load.h"

void say(const char *event, const struct load *load, uint64_t at)
{
    printf("{\"event\":\"%s\",\"at\":%" PRIu64 ",\"port\":%u}\n", event, at, load->options.port);
    fflush(stdout);
}

static double us(uint64_t ns)
{
    return (double)ns / 1000.0;
}

static void whole_run(const struct load *load)
{
    const struct options *options = &load->options;
    uint64_t sent = load->stream.next, offered = sent;
    if (options->rate > 0 && load->until.at > load->started) {
        uint64_t due = (uint64_t)((double)(load->until.at - load->started) * options->rate / 1e9);
        if (options->messages && due > options->messages)
            due = options->messages;
        offered = due > sent ? due : sent;
    }
    printf("\"offered\":%" PRIu64 ",\"taken\":%" PRIu64 ",", offered, sent);
    printf("\"acknowledged\":%" PRIu64 ",\"unacknowledged\":%u,", load->flight.acknowledged, load->flight.count);
    printf("\"acks_unknown\":%" PRIu64 ",\"acks_disordered\":%" PRIu64 ",\"acks_refused\":%" PRIu64 ",",
           load->flight.unknown, load->flight.disordered, load->flight.refused);
    printf("\"disconnects\":%" PRIu64 ",\"protocol_errors\":%" PRIu64 ",", load->disconnects, load->protocol_errors);
    printf("\"behind_us\":%.0f,", us(load->behind));
}

static void outputs(const struct load *load)
{
    const struct ledger *book = &load->book;
    const char *by = book->by == 's' ? "number" : book->by == 'o' ? "order" : "nothing";
    printf("\"outputs\":{\"expected\":%u,\"received\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"doubled\":%" PRIu64 ",",
           book->count, book->received, ledger_waiting(book), book->doubled);
    printf("\"disordered\":%" PRIu64 ",\"unexpected\":%" PRIu64 ",\"by\":\"%s\",\"deepest\":%u,", book->disordered,
           book->unexpected, by, book->deepest);
    printf("\"qos0\":%" PRIu64 ",\"qos1\":%" PRIu64 "},", load->outputs_at[0], load->outputs_at[1]);
}

static void measured(const struct load *load)
{
    const struct mark *from = &load->from, *until = &load->until;
    double seconds = until->at > from->at ? (double)(until->at - from->at) / 1e9 : 0;
    uint64_t sent = until->sent - from->sent, expected = until->expected - from->expected;
    /* what was worked off is seen by its outputs, each of which stands for so many messages */
    double each = expected ? (double)sent / (double)expected : (double)load->stream.next / (double)load->book.count;
    double passed = load->book.count ? (double)(until->answered - from->answered) * each : (double)sent;
    printf("\"measured\":{\"seconds\":%.3f,\"sent\":%" PRIu64 ",\"passed\":%.0f,", seconds, sent, passed);
    printf("\"acknowledged\":%" PRIu64 ",", until->acknowledged - from->acknowledged);
    printf("\"sent_per_second\":%.1f,\"passed_per_second\":%.1f},", seconds > 0 ? (double)sent / seconds : 0,
           seconds > 0 ? passed / seconds : 0);
}

static void latencies(const struct histogram *all)
{
    printf("\"latency_us\":{\"count\":%" PRIu64 ",\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f},", all->count,
           us(histogram_at(all, 0.5)), us(histogram_at(all, 0.99)), us(histogram_at(all, 0.999)), us(all->largest));
}

void report(struct load *load)
{
    printf("{\"event\":\"result\",\"devices\":%u,\"qos\":%u,\"rate\":%.1f,", load->options.devices, load->options.qos,
           load->options.rate);
    printf("\"protocol\":%d,\"client_id\":\"", load->version);
    for (const char *at = load->client_id; *at; at++)
        putchar(*at < ' ' || *at == '"' || *at == '\\' ? '?' : *at);
    printf("\",");
    whole_run(load);
    outputs(load);
    measured(load);
    latencies(&load->book.latency);
    printf("\"start\":{\"opened\":%" PRIu64 ",\"connected\":%" PRIu64 ",\"subscribed\":%" PRIu64 ",\"answered\":%" PRIu64
           "}}\n",
           load->opened, load->connected, load->subscribed, load->answered);
    fflush(stdout);
}
