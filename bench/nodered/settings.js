// Node-RED without an editor, an HTTP server or any word to the outside: only the runtime. Everything else is as shipped.
module.exports = {
    httpAdminRoot: false,
    httpNodeRoot: false,
    disableEditor: true,
    telemetry: { enabled: false, updateNotification: false },
    credentialSecret: false,
    logging: { console: { level: "info", metrics: false, audit: false } },
};
