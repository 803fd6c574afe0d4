/* A client that subscribes and throws away what it gets: shows how fast the generator can be. Usage: reader PORT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "packets.h"

int main(int count, char **words)
{
    static uint8_t buffer[1 << 20];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_port = htons((uint16_t)(count > 1 ? atoi(words[1]) : 0));
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
        perror("reader");
        return 1;
    }
    size_t size = connect_write(buffer, "reader", NULL, NULL);
    size += subscribe_write(buffer + size, 1, "plant/+/telemetry", 0);
    if (write(fd, buffer, size) != (ssize_t)size)
        return 1;
    while (read(fd, buffer, sizeof buffer) > 0)
        ;
    return 0;
}
