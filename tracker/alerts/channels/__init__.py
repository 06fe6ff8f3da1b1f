"""Ways out. Each module is one kind of channel; they are found by entry point, like those of third parties.

A channel's class is called with its `ChannelSettings` and a `ChannelKit`, raises `ConfigError` for settings that cannot
work, and has one method, `deliver(message)`, that raises `DeliveryError` when the message was not accepted.
"""
