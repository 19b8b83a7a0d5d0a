import copy

import pytest
import torch
from torch import nn

from workbench.data.batches.pixel_convolutions import PixelConv2d, compute_pixels_as_products
from workbench.errors import ConfigError, NotFoundError
from workbench.training.networks import WeightsError, create_network, register_network
from workbench.training.networks.forms import FORMS, trial_of, try_forms
from workbench.training.networks.surgery import find_head, hold_backbone_still, set_backbone_frozen


@pytest.mark.parametrize("name", ["ResNet18", "resnet34", "RESNET50", "ResNet101", "ResNet152"])
def test_every_resnet_answers_for_any_case_channels_and_classes(name):
    network = create_network(name, num_classes=7, in_channels=2).eval()
    assert network(torch.zeros(1, 2, 32, 32)).shape == (1, 7)


def test_the_small_stem_keeps_a_small_image_large():
    small = create_network("ResNet18", num_classes=3, small_stem=True).eval()
    standard = create_network("ResNet18", num_classes=3).eval()
    sizes = []
    for network in (small, standard):
        network.get_submodule("layer1").register_forward_hook(lambda _m, _i, out: sizes.append(tuple(out.shape[2:])))
        network(torch.zeros(1, 3, 32, 32))
    assert sizes == [(32, 32), (8, 8)]


def test_any_torchvision_model_opens_by_name():
    for name in ("mobilenet_v3_small", "squeezenet1_1"):
        assert create_network(name, num_classes=4, in_channels=1).eval()(torch.zeros(1, 1, 64, 64)).shape == (1, 4)


def test_an_unknown_network_names_the_nearest():
    with pytest.raises(NotFoundError, match=r"no network 'ResNet19'.*Did you mean 'ResNet18'"):
        create_network("ResNet19", num_classes=2)


def test_an_option_that_the_network_does_not_have_is_refused():
    with pytest.raises(ConfigError, match=r"no option 'depth'. Its options: width"):
        create_network("TwoLayers", num_classes=2, options={"depth": 3})
    with pytest.raises(ConfigError, match=r"model.options do not suit"):
        create_network("resnet18", num_classes=2, options={"depth": 3})


def test_a_network_of_ones_own_is_registered_by_one_decorator_and_may_be_redefined():
    for width in (2, 5):

        @register_network("Mine")
        def mine(num_classes: int, width: int = width) -> nn.Module:
            return nn.Sequential(nn.Flatten(), nn.Linear(12, width), nn.Linear(width, num_classes))

    assert create_network("mine", num_classes=2)[1].out_features == 5
    assert create_network("mine", num_classes=2, options={"width": 9})[1].out_features == 9


def test_a_built_in_name_cannot_be_taken():
    with pytest.raises(ConfigError, match="belongs to the workbench"):
        register_network("resnet18")(lambda num_classes: nn.Linear(1, num_classes))


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path / "torch" / "hub" / "checkpoints"


def weights_of(network_name, **options):
    import torchvision.models

    torch.manual_seed(7)
    return torchvision.models.get_model(network_name, weights=None, **options).state_dict()


def test_published_weights_come_from_the_cache(empty_cache):
    empty_cache.mkdir(parents=True)
    state = weights_of("resnet18")
    torch.save(state, empty_cache / "resnet18-f37072fd.pth")
    network = create_network("ResNet18", num_classes=3, pretrained=True)
    assert torch.equal(network.get_parameter("layer4.1.conv2.weight"), state["layer4.1.conv2.weight"])
    assert network.get_submodule("fc").out_features == 3


def test_without_published_weights_there_is_no_silent_start_from_scratch(empty_cache, monkeypatch):
    def offline(*args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    with pytest.raises(WeightsError, match=r"resnet18-f37072fd.pth.*set model.pretrained to the path"):
        create_network("ResNet18", num_classes=3, pretrained=True)
    assert not list(empty_cache.glob("*"))


@pytest.mark.parametrize("wrapped", [False, True])
def test_weights_come_from_a_file_or_a_url(tmp_path, empty_cache, wrapped):
    state = weights_of("resnet18", num_classes=5)
    content = {"state_dict": {f"model.{name}": value for name, value in state.items()}} if wrapped else state
    file = tmp_path / "mine.pth"
    torch.save(content, file)
    for source in (str(file), file.as_uri()):
        network = create_network("ResNet18", num_classes=3, pretrained=source)
        assert torch.equal(network.get_parameter("conv1.weight"), state["conv1.weight"])


def test_weights_of_another_network_are_refused(tmp_path):
    file = tmp_path / "mine.pth"
    torch.save(weights_of("resnet34"), file)
    with pytest.raises(WeightsError, match=r"do not fit ResNet.*Take weights of the same network"):
        create_network("ResNet18", num_classes=3, pretrained=str(file))


def test_gray_weights_answer_to_gray_images_as_the_colored_ones_do(tmp_path):
    file = tmp_path / "mine.pth"
    torch.save(weights_of("resnet18"), file)
    colored = create_network("ResNet18", num_classes=3, pretrained=str(file)).get_submodule("conv1")
    image = torch.rand(1, 1, 32, 32)
    for channels in (1, 6):
        other = create_network("ResNet18", num_classes=3, in_channels=channels, pretrained=str(file))
        got = other.get_submodule("conv1")(image.expand(1, channels, 32, 32))
        assert torch.allclose(got, colored(image.expand(1, 3, 32, 32)), atol=1e-4)


def test_a_file_that_holds_no_weights_is_refused(tmp_path):
    file = tmp_path / "mine.pth"
    file.write_bytes(b"no weights")
    with pytest.raises(WeightsError, match="cannot be read as a state dict"):
        create_network("ResNet18", num_classes=3, pretrained=str(file))


def test_pretrained_is_refused_for_a_network_that_has_no_weights():
    with pytest.raises(ConfigError, match="takes no pretrained weights"):
        create_network("TwoLayers", num_classes=2, pretrained=True)


@pytest.mark.parametrize("name", ["ResNet18", "mobilenet_v3_small", "TwoLayers"])
def test_a_frozen_backbone_changes_nothing_but_the_head(name):
    network = create_network(name, num_classes=3)
    set_backbone_frozen(network, True)
    network.train()
    hold_backbone_still(network)
    head = find_head(network) + "."
    before = {key: value.clone() for key, value in network.state_dict().items()}
    optimizer = torch.optim.SGD(network.parameters(), lr=1.0)
    network(torch.rand(4, 3, 64, 64)).sum().backward()
    optimizer.step()
    changed = {key for key, value in network.state_dict().items() if not torch.equal(value, before[key])}
    assert changed
    assert all(key.startswith(head) for key in changed)


def test_a_gray_network_sees_the_gray_of_a_colored_image():
    network = create_network("TwoLayers", num_classes=2, in_channels=1, rgb_input=True).eval()
    image = torch.rand(1, 3, 8, 8)
    gray = (image * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)
    assert torch.allclose(network(image), network.network(gray))


class HeadFirst(torch.nn.Module):
    """Registers its head before a hidden layer."""

    def __init__(self, channels=3):
        super().__init__()
        self.head = torch.nn.Linear(4, 2)
        self.hidden = torch.nn.Linear(channels, 4)

    def forward(self, images):
        return self.head(self.hidden(images.mean(dim=(2, 3))).relu())


@pytest.mark.parametrize("channels", [1, 3])
def test_the_head_is_what_feeds_the_output_not_what_was_registered_last(channels):
    network = HeadFirst(channels).train()
    assert find_head(network) == "head"
    set_backbone_frozen(network, True)
    assert {name for name, each in network.named_parameters() if each.requires_grad} == {"head.weight", "head.bias"}
    assert network.training
    assert network.hidden.training
    assert find_head(create_network("mobilenet_v3_small", num_classes=3)).startswith("classifier")


def test_a_network_that_does_not_ask_for_channels_gets_rgb_of_gray_images_too():
    def flat(num_classes):
        return nn.Sequential(nn.Flatten(), nn.Linear(3 * 4 * 4, num_classes))

    network = create_network("flat", num_classes=2, in_channels=1, rgb_input=True, factory=flat)
    assert network(torch.zeros(2, 3, 4, 4)).shape == (2, 2)


@pytest.mark.parametrize("given", [{"in_channels": 1, "rgb_input": True}, {"small_stem": True}])
def test_ones_own_weights_begin_a_network_of_the_same_settings(tmp_path, given):
    torch.manual_seed(1)
    mine = create_network("ResNet18", num_classes=2, **given)
    torch.save(mine.state_dict(), tmp_path / "weights.pt")
    begun = create_network("ResNet18", num_classes=3, pretrained=str(tmp_path / "weights.pt"), **given)
    own, found = mine.state_dict(), begun.state_dict()
    assert all(torch.equal(own[name], found[name]) for name in own if "fc." not in name)


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "backbone.", "net.encoder.", "module.backbone."])
def test_prefixes_halves_and_the_rest_of_a_checkpoint_are_no_obstacle(tmp_path, prefix, caplog):
    state = weights_of("resnet18", num_classes=5)
    content = {f"{prefix}{name}": value.half() for name, value in state.items()}
    torch.save({"state_dict": {**content, "train_loss.value": torch.zeros(1)}, "epoch": 3}, tmp_path / "mine.ckpt")
    network = create_network("ResNet18", num_classes=3, pretrained=str(tmp_path / "mine.ckpt"))
    assert torch.equal(network.get_parameter("conv1.weight"), state["conv1.weight"].half().float())
    assert "not loaded" in caplog.text
    assert "train_loss" in caplog.text


def test_a_part_of_the_weights_is_loaded_when_that_is_allowed_and_told(tmp_path, caplog):
    state = weights_of("resnet18", num_classes=5)
    part = {name: value for name, value in state.items() if not name.startswith(("layer4", "fc"))}
    torch.save(part, tmp_path / "part.pt")
    with pytest.raises(WeightsError, match=r"layer4.*partial_weights: true"):
        create_network("ResNet18", num_classes=3, pretrained=str(tmp_path / "part.pt"))
    given = {"pretrained": str(tmp_path / "part.pt"), "partial_weights": True}
    network = create_network("ResNet18", num_classes=3, **given)
    assert torch.equal(network.get_parameter("layer3.0.conv1.weight"), state["layer3.0.conv1.weight"])
    assert "begin at random: layer4" in caplog.text
    torch.save({"other": torch.zeros(3)}, tmp_path / "part.pt")
    with pytest.raises(WeightsError, match="other is not in the network"):
        create_network("ResNet18", num_classes=3, **given)


def test_a_pickled_network_is_refused_in_a_sentence(tmp_path):
    torch.save(HeadFirst(), tmp_path / "whole.pt")
    with pytest.raises(WeightsError, match=r"holds Python objects.*state_dict"):
        create_network("ResNet18", num_classes=3, pretrained=str(tmp_path / "whole.pt"))


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "size"),
    [(3, 1, 1, (1, 1)), (3, 2, 1, (2, 2)), (3, 2, 1, (1, 2)), (5, 1, 2, (1, 1)), (3, 1, 0, (3, 3)), (3, 2, 1, (4, 4))],
)
def test_a_shortcut_gives_the_numbers_and_gradients_of_the_convolution(kernel, stride, padding, size):
    torch.manual_seed(0)
    plain = torch.nn.Conv2d(4, 6, kernel, stride, padding).double()
    short = copy.deepcopy(plain)
    compute_pixels_as_products(short)
    given = [torch.randn(3, 4, *size, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    given[1].data = given[0].data.clone()
    answers = [layer(images) for layer, images in zip((plain, short), given, strict=True)]
    assert type(short) is not type(plain)
    assert torch.allclose(*answers)
    weights = torch.randn_like(answers[0])
    for answer in answers:
        (answer * weights).sum().backward()
    assert torch.allclose(given[0].grad, given[1].grad)
    assert torch.allclose(plain.weight.grad, short.weight.grad)
    assert torch.allclose(plain.bias.grad, short.bias.grad)


@pytest.mark.parametrize("form", FORMS)
def test_a_network_in_each_form_trains_as_the_plain_one_and_has_its_weights(form):
    torch.manual_seed(0)
    plain = create_network("ResNet18", num_classes=3).double()
    short = create_network("ResNet18", num_classes=3, form=form).double()
    assert sum(type(module) is PixelConv2d for module in short.modules()) == (17 if form in ("pixels", "all") else 0)
    assert repr(short) == repr(plain)
    short.load_state_dict(plain.state_dict())
    images, targets = torch.rand(4, 3, 32, 32, dtype=torch.float64), torch.tensor([0, 1, 2, 1])
    for network in (plain, short):
        optimizer = torch.optim.AdamW(network.parameters(), lr=0.01)
        for _ in range(2):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(network(images), targets).backward()
            optimizer.step()
    for ours, theirs in zip(short.state_dict().values(), plain.state_dict().values(), strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-6, atol=1e-8)


def test_a_trial_of_the_forms_leaves_the_network_alone_and_is_remembered(tmp_path):
    network = create_network("ResNet18", num_classes=3)
    before = copy.deepcopy(network.state_dict())
    images = torch.rand(4, 3, 16, 16)
    drawn = torch.random.get_rng_state()
    found = try_forms(network, images, precisions=("32", "bf16-mixed"))
    assert torch.equal(drawn, torch.random.get_rng_state())
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert found.form in FORMS
    assert len(found.seconds) == 2 * len(FORMS)
    assert found.describe().startswith(found.form)
    asked = []

    def build():
        asked.append(1)
        return network

    def ask(name):
        return trial_of(tmp_path, {"network": name}, build, images[:, :, :8, :8], ["32"], ["pixels", "none"])

    assert ask("ResNet18") == ask("ResNet18")
    ask("ResNet34")
    next(tmp_path.glob("*.json")).write_text("damaged")
    ask("ResNet18")
    ask("ResNet34")
    assert len(asked) == 3
