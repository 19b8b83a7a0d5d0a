"""Groups through the REST interface, on a real Jupyter Server."""


def test_groups_are_given_listed_found_and_mended(api, own):
    path, ids = own
    for name, part in (("cat", ids[:6]), ("dog", ids[6:])):
        api.post(f"{path}/bulk-labels", {"filter": {"ids": part}, "label": name})
    status, done = api.post(f"{path}/groups", {"ids": ids[:3], "group": "patient 7"})
    assert (status, done["changed"]) == (200, 3)
    assert api.post(f"{path}/groups", {"ids": ids[:3], "group": ""})[0] in (400, 422)
    _, splits = api.post(f"{path}/splits", {"ratios": [0.5, 0.25, 0.25]})
    assert "1 group stays whole" in splits["groups"]
    [group] = api.get(f"{path}/groups")[1]
    assert (group["names"], group["samples"], group["straddling"]) == ("patient 7", 3, False)
    api.post(f"{path}/groups", {"ids": ids, "group": "all"})
    assert api.get(f"{path}/groups")[1][0]["straddling"]
    status, mended = api.post(f"{path}/groups/mend", {})
    assert (status, mended["groups"]) == (200, 1)
    assert not api.get(f"{path}/groups")[1][0]["straddling"]
    status, found = api.post(f"{path}/groups/find", {"threshold": 0.5})
    assert (status, found["threshold"]) == (200, 0.5)
