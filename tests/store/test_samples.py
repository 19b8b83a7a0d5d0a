"""Pages of samples."""

from workbench.store.samples import page_of_samples


def test_pages_come_in_the_same_order_on_every_database(store, make_theme, add_samples):
    theme_id = make_theme(store)
    ids = add_samples(store, theme_id, range(6))
    names = ["b.png", "B.png", "a.png", "Ä.png", "a/z.png", "_.png"]
    with store.write() as session:
        for sample, name in zip(page_of_samples(theme_id, session=session), names, strict=True):
            sample.name = name
    with store.read() as session:
        by_name = [sample.name for sample in page_of_samples(theme_id, sort="name", session=session)]
        by_time = [sample.id for sample in page_of_samples(theme_id, sort="-labeled_at", session=session)]
    assert by_name == sorted(names)
    assert by_time == ids[::-1]
