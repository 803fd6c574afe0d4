#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

static const char USAGE[] =
    "usage: load [options]\n"
    "Be an MQTT broker on loopback (or, with --broker, a client of one), send readings of many devices, and keep the\n"
    "books of what comes back on plant/+/set. Prints one JSON object per event, the last is the result; then serves on\n"
    "until stdin is closed.\n"
    "  --workload W    filter, five, average or changed (filter)\n"
    "  --devices N     (1000)\n"
    "  --qos Q         0 or 1 (0)\n"
    "  --rate R        messages a second whatever happens; 0: as fast as they are taken (0)\n"
    "  --window N      at QoS 1, at most so many on their way, or fewer where the client says so (65535)\n"
    "  --backlog N     at most so many messages ahead of the oldest that waits for its output; 0: no bound (0)\n"
    "  --lag S         nothing is sent while the oldest output waits for longer than so many seconds; 0: no bound (0)\n"
    "  --warm-up S     seconds that are not measured (5)\n"
    "  --warm-messages N  nor are the first so many (0)\n"
    "  --seconds S     seconds that are measured (10)\n"
    "  --messages N    end after so many\n"
    "  --drain S       seconds without any output after which nothing more is waited for (3)\n"
    "  --patience S    seconds to wait for a client to be ready (60)\n"
    "  --no-answers    nothing comes back; do not ask whether the client is ready\n"
    "  --port P        to listen on (any)\n"
    "  --broker H:P    connect to a broker there, with --user and --password\n";

static void refuse(const char *why)
{
    fprintf(stderr, "load: %s\n%s", why, USAGE);
    exit(2);
}

static double number(const char *word, double least, double most)
{
    char *end;
    double value = strtod(word, &end);
    if (*end || end == word || !(value >= least && value <= most))
        refuse("a number is out of range");
    return value;
}

static enum workload workload_named(const char *word)
{
    static const char *names[] = {"filter", "five", "average", "changed"};
    for (int index = 0; index < 4; index++)
        if (strcmp(word, names[index]) == 0)
            return (enum workload)index;
    refuse("there is no such workload");
    return FILTER;
}

static void broker_at(struct options *options, char *word)
{
    char *colon = strrchr(word, ':');
    if (!colon)
        refuse("--broker wants host:port");
    *colon = 0;
    options->host = word;
    options->port = (uint16_t)number(colon + 1, 1, 65535);
}

static void set(struct options *options, int which, char *word)
{
    switch (which) {
    case 'w': options->workload = workload_named(word); break;
    case 'd': options->devices = (uint32_t)number(word, 1, MOST_DEVICES); break;
    case 'q': options->qos = (unsigned)number(word, 0, 1); break;
    case 'r': options->rate = number(word, 0, 1e8); break;
    case 'i': options->window = (uint32_t)number(word, 1, 65535); break;
    case 'b': options->backlog = (uint64_t)number(word, 0, 1e9); break;
    case 'l': options->lag = number(word, 0, 3600); break;
    case 'u': options->warm_up = number(word, 0, 3600); break;
    case 'W': options->warm_messages = (uint64_t)number(word, 0, 1e12); break;
    case 's': options->seconds = number(word, 0.01, 3600); break;
    case 'm': options->messages = (uint64_t)number(word, 1, 1e12); break;
    case 'n': options->drain = number(word, 0, 3600); break;
    case 'p': options->patience = number(word, 0.1, 3600); break;
    case 'a': options->answers = false; break;
    case 'o': options->port = (uint16_t)number(word, 0, 65535); break;
    case 'B': broker_at(options, word); break;
    case 'U': options->user = word; break;
    case 'P': options->password = word; break;
    default: refuse("an option is not known");
    }
}

struct options options_of(int count, char **words)
{
    static const struct option known[] = {
        {"workload", 1, 0, 'w'}, {"devices", 1, 0, 'd'}, {"qos", 1, 0, 'q'},      {"rate", 1, 0, 'r'},
        {"window", 1, 0, 'i'},   {"backlog", 1, 0, 'b'}, {"warm-up", 1, 0, 'u'},  {"seconds", 1, 0, 's'},
        {"messages", 1, 0, 'm'}, {"drain", 1, 0, 'n'},   {"patience", 1, 0, 'p'}, {"no-answers", 0, 0, 'a'},
        {"port", 1, 0, 'o'},     {"broker", 1, 0, 'B'},  {"user", 1, 0, 'U'},     {"password", 1, 0, 'P'},
        {"warm-messages", 1, 0, 'W'}, {"lag", 1, 0, 'l'},
        {0, 0, 0, 0},
    };
    struct options options = {.devices = 1000, .window = 65535, .warm_up = 5, .seconds = 10, .drain = 3,
                              .patience = 60, .answers = true};
    int which;
    while ((which = getopt_long(count, words, "", known, NULL)) != -1)
        set(&options, which, optarg);
    if (optind < count)
        refuse("there are only options");
    return options;
}
