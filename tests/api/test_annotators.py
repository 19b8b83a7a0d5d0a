"""Several annotators through the REST interface, on a real Jupyter Server."""

import io

from PIL import Image

from tests.api.conftest import served
from workbench.user import user_name


def test_two_annotators_and_a_reviewer(api):
    files = []
    for number in range(6):
        buffer = io.BytesIO()
        Image.new("RGB", (8, 8), (0, number * 30, 0)).save(buffer, "PNG")
        files.append((f"{number}.png", buffer.getvalue()))
    api.post("/themes", {"name": "shared", "labels": ["cat", "dog"]})
    api.upload("/themes/shared/samples", files)

    def lease(annotator, **more):
        return api.post("/themes/shared/assignments", {"annotator": annotator, **more})[1]

    ann, bob = lease("ann", number=4), lease("bob", number=4)
    assert (len(ann), len(bob)) == (4, 2)
    assert not {row["sample_id"] for row in ann} & {row["sample_id"] for row in bob}
    assert api.call("DELETE", "/themes/shared/assignments?annotator=bob")[0] == 204
    decisions = [{"sample_id": row["sample_id"], "label": "cat"} for row in ann]
    api.post("/themes/shared/decisions", {"decisions": decisions, "annotator": "ann"})
    second = [row["sample_id"] for row in lease("bob", number=4, overlap=1) if row["second"]]
    assert sorted(second) == [row["sample_id"] for row in ann]
    for sample_id, label in zip(second, ("cat", "cat", "dog", None), strict=True):
        status, outcome = api.post(
            "/themes/shared/second-opinions", {"sample_id": sample_id, "label": label, "annotator": "bob"}
        )
        assert (status, outcome["status"]) == (200, "agrees" if label == "cat" else "differs")
    queue = api.get("/themes/shared/disagreements")[1]
    assert queue[0] == {"sample_id": second[2], "label": "cat", "opinions": {"ann": "cat", "bob": "dog"}}
    assert queue[1]["opinions"] == {"ann": "cat", "bob": None}
    assert api.get("/themes/shared/agreement")[1]["percent"] == 50
    status, told = api.get("/themes/shared/annotators?asked=bob")
    assert (status, told["message"][:41]) == (400, "3 images of 'shared' were labeled by seve")
    review = {"sample_id": second[2], "label": "dog", "annotator": "eve"}
    assert api.post("/themes/shared/reviews", review)[0] == 200
    assert api.post("/themes/shared/reviews", review)[0] == 409
    sample = api.get(f"/themes/shared/samples/{second[2]}")[1]
    assert (sample["label"], sample["annotator"]) == ("dog", "eve")
    assert len(api.get("/themes/shared/disagreements")[1]) == 1


def test_only_those_who_may_record_under_other_names(tmp_path):
    with served(tmp_path / "api", "somebody else, robot") as api:
        api.post("/themes", {"name": "pets", "labels": ["cat"]})
        for method, path, body in (
            ("POST", "/themes/pets/bulk-labels", {"filter": {}, "label": "cat", "annotator": "ann"}),
            ("POST", "/themes/pets/decisions", {"decisions": [], "annotator": "ann"}),
            ("DELETE", "/themes/pets?annotator=ann", None),
        ):
            status, answer = api.call(method, path, body)
            assert status == 403
            assert answer["message"] == (
                f"'{user_name()}' may not record changes as 'ann'. Leave out 'annotator', or start the server with "
                f"WORKBENCH_ACT_FOR_OTHERS={user_name()} (several names with commas between them; * for everybody)."
            )
        assert api.get("/themes/pets")[0] == 200
        own = {"filter": {}, "label": "cat", "annotator": user_name()}
        assert api.post("/themes/pets/bulk-labels", own)[0] == 200
