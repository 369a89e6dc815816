"""A small real shop to release into: stable and canary processes, a weighted proxy, load, and request logs.

    python -m bot.sandbox.shop --var var --rate 60          the whole shop, until Ctrl-C
    python -m bot.sandbox.shop.ship running --shop var/shop.json
    python -m bot.sandbox.shop.ship start --shop var/shop.json --id D-1 --version v2.1.0 --percent 10
    python -m bot.sandbox.shop.ship rollback --shop var/shop.json --id D-2 --version v2.0.0
    python -m bot.sandbox.shop.ship status --shop var/shop.json --id D-1

From Python: `from bot.sandbox.shop.launch import start`. Which versions are faulty is written in `faults.py`.
"""
