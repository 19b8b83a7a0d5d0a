"""Which folders of a data set are classes and which are splits, judged by their names and by what lies in them."""

from __future__ import annotations

import os
from pathlib import Path

from workbench.data.folder_scan import is_folder, is_visible, named_like_image, natural_key
from workbench.data.formats.files import may_hold_image
from workbench.data.formats.split_names import loose_split, split_of_folder
from workbench.errors import WorkbenchError

IMAGE_FOLDERS = frozenset(
    {
        *("images", "image", "imgs", "img", "jpegimages", "photos", "pictures", "jpg", "jpeg", "png"),
        *("data", "dataset", "datasets", "files", "raw", "default"),
    }
)
"""Folders that say no more than that images are in them, in small letters."""

_ABOUT_IMAGES = frozenset(
    {
        *("annotations", "annotation", "labels", "xmls", "masks", "mask", "trimaps", "segmentation", "segmentations"),
        *("ground_truth", "groundtruth", "gt"),
    }
)
NO_CLASSES = IMAGE_FOLDERS | _ABOUT_IMAGES
"""Folders of images, and folders of files about images: where there are no others, none of them is a class."""


def root_of_classes(path: Path) -> tuple[Path, str]:
    """The folder whose folders are classes or splits, and its name as a prefix: a folder around all is no class."""
    folders, files = children(path)
    holding = [folder for folder in folders if may_hold_image(folder)]
    masks = masks_in(holding)
    if masks and all(class_folders(each) and _may_be_classes(each) for each in holding if each not in masks):
        holding = [each for each in holding if each not in masks]
    if len(holding) != 1 or any(map(named_like_image, files)):
        return path, ""
    only = holding[0]
    if split_of_folder(only.name) is None and (_lies_around(only) or holds_splits(only)):
        root, prefix = root_of_classes(only)
        return root, f"{only.name}/{prefix}"
    return path, ""


def masks_in(holding: list[Path]) -> list[Path]:
    """Those of some folders that hold files about the images in the others: `masks` beside `images`."""
    about = [each for each in holding if each.name.lower() in _ABOUT_IMAGES]
    images = [each for each in holding if each.name.lower() in IMAGE_FOLDERS]
    return about if images and len(images) + len(about) == len(holding) else []


def _may_be_classes(folder: Path) -> bool:
    return holds_splits(folder) or not any(split_of_folder(each.name) for each in class_folders(folder))


def holds_splits(root: Path) -> bool:
    """Whether a folder has folders named after splits, one of them with class folders inside."""
    return any(class_folders(each) for each in splits_in(root))


def splits_in(root: Path) -> dict[Path, str]:
    """The folders that are splits, each with its split.

    A name that merely holds a word for a split (`seg_train`, `test_original`) counts where another split has class
    folders of the same names.
    """
    folders, _ = children(root)
    splits = {each: split for each in folders if (split := split_of_folder(each.name))}
    loose = {each: found for each in folders if each not in splits and (found := loose_split(each.name))}
    if not loose:
        return splits
    named = splits | {each: split for each, (split, _) in loose.items()}
    classes = {each: {inner.name for inner in class_folders(each)} for each in named}
    confirmed = {
        each: split
        for each, (split, rest) in loose.items()
        if any(
            named[other] != split and classes[other] & classes[each] and (not rest or rest == _rest(loose, other))
            for other in named
        )
    }
    return splits | confirmed


def _rest(loose: dict[Path, tuple[str, str]], folder: Path) -> str:
    return loose[folder][1] if folder in loose else ""


def class_folders(split: Path) -> list[Path]:
    """The class folders of a split's folder; a folder that is only called `images` is none."""
    found = [folder for folder in children(inside_of(split))[0] if may_hold_image(folder)]
    return [] if all(folder.name.lower() in IMAGE_FOLDERS for folder in found) else found


def inside_of(split: Path) -> Path:
    """The folder of a split's images: the one inside that repeats its name, as in some archives, or itself."""
    folders, files = children(split)
    holding = [folder for folder in folders if may_hold_image(folder)]
    repeated = len(holding) == 1 and holding[0].name.casefold() == split.name.casefold()
    return holding[0] if repeated and not any(map(named_like_image, files)) else split


def splits_alone(path: Path) -> list[str]:
    """The names of flat folders that would become labels although they are words for splits."""
    root, _ = root_of_classes(path)
    if splits_in(root) and holds_splits(root):
        return []
    holding = [folder.name for folder in children(root)[0] if may_hold_image(folder)]
    exact = [name for name in holding if split_of_folder(name)]
    loose = [found for name in holding if (found := loose_split(name))]
    alike = len(loose) == len(holding) and len({rest for _, rest in loose}) == 1 and len(set(loose)) > 1
    return exact or (holding if alike else [])


def children(folder: Path) -> tuple[list[Path], list[str]]:
    """The folders in a folder in natural order, and the names of its files. Raises WorkbenchError when unreadable."""
    folders: list[str] = []
    files: list[str] = []
    try:
        with os.scandir(folder) as found:
            for child in found:
                if is_visible(child.name):
                    (folders if is_folder(child) else files).append(child.name)
    except OSError as error:
        raise WorkbenchError(f"The folder {folder} cannot be read: {error.strerror or error}.") from None
    # Files may be many, and only a few of them are ever named: their order is the plain one.
    return [folder / name for name in sorted(folders, key=lambda name: (natural_key(name), name))], sorted(files)


def _lies_around(folder: Path) -> bool:
    """Whether a folder only lies around class folders: several are in it, or it leads to some through others."""
    folders, files = children(folder)
    holding = [each for each in folders if may_hold_image(each)]
    if any(map(named_like_image, files)):
        return False
    if len(holding) > 1 or (folder.name.lower() in IMAGE_FOLDERS and class_folders(folder)):
        return True
    return len(holding) == 1 and _leads_to_classes(holding[0])


def _leads_to_classes(folder: Path) -> bool:
    if holds_splits(folder) or (folder.name.lower() in IMAGE_FOLDERS and class_folders(folder)):
        return True
    holding = [each for each in children(folder)[0] if may_hold_image(each)]
    return len(holding) == 1 and _leads_to_classes(holding[0])
