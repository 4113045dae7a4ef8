from __future__ import annotations

import io

import pytest

BUCKET = "awsml-local"


def test_an_object_is_put_looked_at_read_and_deleted(client):
    s3 = client("s3")
    s3.put_object(Bucket=BUCKET, Key="a/b c.txt", Body=b"hello", ContentType="text/plain", Metadata={"k": "v"})

    head = s3.head_object(Bucket=BUCKET, Key="a/b c.txt")
    whole = s3.get_object(Bucket=BUCKET, Key="a/b c.txt")
    part = s3.get_object(Bucket=BUCKET, Key="a/b c.txt", Range="bytes=1-3")
    s3.delete_object(Bucket=BUCKET, Key="a/b c.txt")

    assert (head["ContentLength"], head["ContentType"], head["Metadata"]) == (5, "text/plain", {"k": "v"})
    assert (whole["Body"].read(), part["Body"].read(), part["ContentRange"]) == (b"hello", b"ell", "bytes 1-3/5")
    with pytest.raises(s3.exceptions.ClientError) as refused:
        s3.head_object(Bucket=BUCKET, Key="a/b c.txt")
    assert refused.value.response["Error"]["Code"] == "404"


def test_a_large_file_goes_up_in_parts_and_comes_down_in_ranges(client):
    s3 = client("s3")
    content = bytes(range(256)) * 70_000  # 17.9 MB, above the transfer manager's threshold

    s3.upload_fileobj(io.BytesIO(content), BUCKET, "large")
    back = io.BytesIO()
    s3.download_fileobj(BUCKET, "large", back)

    assert back.getvalue() == content
    assert s3.head_object(Bucket=BUCKET, Key="large")["ETag"].endswith('-3"')
    assert s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []


def test_an_upload_that_is_given_up_leaves_nothing(client, home):
    s3 = client("s3")
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="k")["UploadId"]
    s3.upload_part(Bucket=BUCKET, Key="k", UploadId=upload, PartNumber=1, Body=b"x" * 10)

    s3.abort_multipart_upload(Bucket=BUCKET, Key="k", UploadId=upload)

    assert list((home / "objects").iterdir()) == []
    with pytest.raises(s3.exceptions.NoSuchUpload):
        s3.list_parts(Bucket=BUCKET, Key="k", UploadId=upload)


def test_folders_of_a_list_are_put_together(client):
    s3 = client("s3")
    for key in ("a", "b/1", "b/2", "b/c/3", "d"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"")

    pages, token = [], {}
    while True:
        page = s3.list_objects_v2(Bucket=BUCKET, Delimiter="/", MaxKeys=2, **token)
        pages.append(([o["Key"] for o in page["Contents"]], [p["Prefix"] for p in page["CommonPrefixes"]]))
        if not page["IsTruncated"]:
            break
        token = {"ContinuationToken": page["NextContinuationToken"]}

    assert pages == [(["a"], ["b/"]), (["d"], [])]


def test_replacing_an_object_leaves_one_file_and_spares_its_readers(client, home):
    s3 = client("s3")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"old")
    reader = s3.get_object(Bucket=BUCKET, Key="k")["Body"]

    s3.put_object(Bucket=BUCKET, Key="k", Body=b"new")

    assert reader.read() == b"old"
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"new"
    assert len(list((home / "objects").iterdir())) == 1


def test_buckets(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="mine")

    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [BUCKET, "mine"]
    assert s3.get_bucket_location(Bucket="mine")["LocationConstraint"] is None
    s3.head_bucket(Bucket="mine")
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.put_object(Bucket="nobody-s", Key="k", Body=b"")
    s3.delete_bucket(Bucket="mine")
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [BUCKET]
