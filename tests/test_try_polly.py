from fakeaws import *
from sounds import decoded
def test_x(aws, awsml, tmp_path):
    r = awsml("polly","--voice","Joanna","Hello there. How are you?", "--srt", tmp_path/"a.srt","--html",tmp_path/"a.html","--marks-file",tmp_path/"m.jsonl")
    print(r.exit_code, r.stderr, len(r.stdout)); print((tmp_path/"a.srt").read_text(), (tmp_path/"m.jsonl").read_text()); print((tmp_path/"a.html").read_text()[-2600:-2200])
    r = awsml("polly","--voice","Joanna","Hello there. How are you?", "--marks","word,viseme")
    print(r)
    print(aws.calls)
    srt="1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n\n2\n00:00:03,500 --> 00:00:04,000\nThis is far too long to be said in half a second.\n\n3\n00:00:09,000 --> 00:00:10,000\nAnn: Bye.\n"
    r = awsml("polly","--fit","--voice","Joanna","--voice","Ann=Matthew",srt)
    print(r.exit_code, r.stderr, len(r.stdout)); s=decoded(r.stdout,"mp3"); print(s.seconds, s.spans)
    for c in aws.calls[-6:]: print(c.params)
    r = awsml("polly","--whisper","Hi & bye <you>")
    print(r.exit_code, r.stderr, len(r.stdout)); print(aws.calls[-1].params)
    assert 0
