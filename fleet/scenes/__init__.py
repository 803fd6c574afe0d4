"""What a synthetic camera may see: pure functions from a place, a moment and values to a picture and what is in it.

- `helmet`: people with and without helmets walk in a hall with a marked zone. Values: `people` (with a helmet), `bare`
  (without), `inside` (how many of all of them stay in the zone; those without a helmet first), `crossing` (how many, from
  the last, walk in and out of it).
- `parts`: plates, discs and bars pass on a belt. Values: `defects` (share of those that have one), `speed` (belt: picture
  widths a minute).
- `gauge`: a dial whose needle shows `value` on the camera's `range`.
- `meter`: a number (`value`) on the drums or in the segments of a meter.
- `plate`: the back of a car with a number plate, which one is said by `number`; Japanese where `japanese` is 1.
- `truck_bed`: a truck's bed from above with `load` (percent) of bulk material in it.

Every scene also takes `light` (1 = usual) and `blur` (0 = sharp; pixels of a picture 320 wide).

A place has a look of its own (layout, colours, light, sensor), drawn from its names. Looks come in two families that share
little: cameras of a fleet are `plant`; a detector is trained on `training` alone, so it has seen nothing of any fleet.
Needs only Pillow and numpy, so that a script elsewhere can draw pictures by the thousand.
"""
