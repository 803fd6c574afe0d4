"""What may be dialled, whatever dress an address wears."""

import ipaddress
import socket

import pytest

from runtime.addresses import AddressRefused, Egress, allowed_networks

NEVER = ["169.254.169.254", "169.254.0.1", "fe80::1", "fd00:ec2::254", "100.100.100.200", "0.0.0.0", "::", "224.0.0.1",
         "ff02::1", "240.0.0.1", "255.255.255.255", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
         "2002:a9fe:a9fe::1", "::ffff:0.0.0.0"]  # fmt: skip
LOCAL = ["127.0.0.1", "127.8.8.8", "::1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd12::1",
         "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:c0a8:101::1"]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::101:101"]


def allowed(text: str, egress: Egress) -> bool:
    return egress.refusal(ipaddress.ip_address(text)) is None


@pytest.mark.parametrize("address", NEVER)
def test_link_local_metadata_and_no_hosts_are_never_dialled(address: str) -> None:
    everything = allowed_networks("0.0.0.0/0, ::/0")
    assert not allowed(address, Egress())
    assert not allowed(address, Egress(everything, trusted=True))


@pytest.mark.parametrize("address", LOCAL)
def test_local_addresses_need_trust(address: str) -> None:
    assert not allowed(address, Egress())
    assert allowed(address, Egress(trusted=True))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_open(address: str) -> None:
    assert allowed(address, Egress())


def test_an_allowed_network_opens_only_itself() -> None:
    egress = Egress(allowed_networks("192.168.1.0/24"))
    assert allowed("192.168.1.7", egress)
    assert allowed("::ffff:192.168.1.7", egress)
    assert not allowed("192.168.2.7", egress)
    assert not allowed("127.0.0.1", egress)


def test_a_name_is_judged_by_where_it_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AddressRefused, match="loopback"):
        Egress().resolve("localhost", 80)
    assert Egress(trusted=True).checked_address("localhost", 80)[1] == 80


def test_the_other_spellings_of_an_address_do_not_help() -> None:
    for host in ("127.1", "0x7f000001", "2130706433", "0177.0.0.1"):
        with pytest.raises(OSError):
            Egress().resolve(host, 80)


def test_a_connection_goes_to_the_checked_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        Egress(trusted=True).connect("localhost", port, 2).close()
        with pytest.raises(AddressRefused):
            Egress().connect("127.0.0.1", port, 2)


def test_the_list_of_networks_is_read_strictly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUIRO_EGRESS_ALLOW", "10.0.0.0/8, fd00::/8,")
    assert len(allowed_networks()) == 2
    with pytest.raises(ValueError):
        allowed_networks("everything")
