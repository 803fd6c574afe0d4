"""Make it mine: the flow of a scenario on the devices of a workspace. `needs` is what the flow takes from its virtual things,
`fitting` what of the workspace may stand for it, `applying` the document with it in place. Pure: nothing is stored.

A choice is JSON: {"types": {virtual: {"to": real, "fields": {virtual: real}, "devices": [real ids] or null for all}}, "devices":
{virtual: real}, "commands": {virtual type: {command: {"to": real, "values": {name: {"to": real name, "values": {old: new}}}}}},
"destinations": {virtual: real}, "models": {virtual: real}, "tables": {virtual: real}}. What is left out stays virtual."""
