def receiver(environ, start):
    start("201 Created", [("Content-Type", "text/plain")])
    return [b""]


def test_receiver(activix_sender):
    activix_sender.to_wsgi(receiver).push()
