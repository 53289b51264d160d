"""Download URLs and hashes of the named datasets."""

from dataclasses import dataclass

from inkling.datasets.registry import NAMED_DATASETS, NamedDataset


@dataclass(frozen=True)
class Source(NamedDataset):
    """A named dataset with its download location.

    url: of the folder with its files, ending in /. md5: of each file, in the order of `IDX_FILES`.
    """

    url: str
    md5: tuple[str, str, str, str]


SOURCES = {
    name: Source(name, NAMED_DATASETS[name].labels, url, md5)
    for name, url, md5 in (
        (
            "mnist",  # Y. LeCun, C. Cortes, C. Burges
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
            (
                "f68b3c2dcbeaaa9fbdd348bbdeb94873",
                "d53e105ee54ea40749a09fcbcd1e9432",
                "9fb629c4189551a2d022fa330f9573f3",
                "ec29112dd5afa0611ce80d1b7f02629c",
            ),
        ),
        (
            "fashion-mnist",  # H. Xiao, K. Rasul, R. Vollgraf, arXiv 1708.07747
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            (
                "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
                "25c81989df183df01b3e8a0aad5dffbe",
                "bef4ecab320f06d8554ea6380940ec79",
                "bb300cfdad3c16e7a12a480ee83cd310",
            ),
        ),
        (
            "kmnist",  # T. Clanuwat et al., arXiv 1812.01718
            "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
            (
                "bdb82020997e1d708af4cf47b453dcf7",
                "e144d726b3acfaa3e44228e80efcd344",
                "5c965bf0a639b31b8f53240b1b52f4d7",
                "7320c461ea6c1c855c0b718fb2a4b134",
            ),
        ),
    )
}
