"""The drawings of the pages, as the inside of an SVG of 24 x 24 with a line of 1.75."""



DRAWINGS = {
    "logo": '<path d="M3 7c3 0 3 2.5 6 2.5S12 7 15 7s3 2.5 6 2.5"/><path d="M3 12c3 0 3 2.5 6 2.5s3-2.5 6-2.5 3 2.5 6 2.5"/>'
    '<path d="M3 17c3 0 3 2.5 6 2.5s3-2.5 6-2.5 3 2.5 6 2.5"/>',
    "flows": '<rect x="3" y="4" width="6" height="6" rx="1.5"/><rect x="15" y="14" width="6" height="6" rx="1.5"/>'
    '<path d="M9 7h4a3 3 0 0 1 3 3v4"/>',
    "devices": '<rect x="7" y="7" width="10" height="10" rx="2"/><path d="M10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4"/>',
    "inbox": '<path d="M3 13l3-8h12l3 8v6H3z"/><path d="M3 13h5l1.5 3h5L16 13h5"/>',
    "destinations": '<path d="M21 4L3 11l7 3 3 7z"/><path d="M10 14l11-10"/>',
    "workers": '<rect x="3" y="4" width="18" height="7" rx="1.5"/><rect x="3" y="13" width="18" height="7" rx="1.5"/><path d="M7 7.5h.01M7 16.5h.01"/>',
    "connection": '<path d="M5 12a10 10 0 0 1 14 0M8 15a6 6 0 0 1 8 0M2 9a14 14 0 0 1 20 0"/><circle cx="12" cy="18.5" r="1"/>',
    "settings": '<path d="M4 7h10M18 7h2M4 17h2M10 17h10"/><circle cx="16" cy="7" r="2"/><circle cx="8" cy="17" r="2"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "upload": '<path d="M12 15V4M7.5 8.5L12 4l4.5 4.5M4 16v4h16v-4"/>',
    "download": '<path d="M12 4v11M7.5 10.5L12 15l4.5-4.5M4 16v4h16v-4"/>',
    "trash": '<path d="M4 7h16M10 3h4M6 7l1 14h10l1-14M10 11v6M14 11v6"/>',
    "check": '<path d="M4 12.5l5 5L20 6.5"/>',
    "warn": '<path d="M12 4L2.5 20h19z"/><path d="M12 10v5M12 17.5v.01"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 7.5v.01"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l5 5"/>',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "sun": '<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4"/>',
    "moon": '<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"/>',
    "auto": '<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17a8.5 8.5 0 0 0 0-17z" fill="currentColor"/>',
    "language": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3.5 6 3.5 9S15 18 12 21c-3-3-3.5-6-3.5-9S9 6 12 3z"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-4.5 4.5-6 8-6s7 1.5 8 6"/>',
    "send": '<path d="M5 12h13M13 6l6 6-6 6"/>',
    "edit": '<path d="M4 20l1-4L16.5 4.5l3 3L8 19z"/><path d="M14 7l3 3"/>',
    "more": '<path d="M5 12h.01M12 12h.01M19 12h.01"/>',
    "bolt": '<path d="M13 3L5 14h6l-1 7 8-11h-6z"/>',
    "radar": '<circle cx="12" cy="12" r="9"/><circle cx="12" cy="12" r="4.5"/><path d="M12 12l6-6"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
}
