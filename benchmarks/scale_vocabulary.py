"""What the goods of a large made-up catalogue are called: kinds, what sets them apart, and their short forms."""

from __future__ import annotations

from synthetic import GOODS

# category | what it is | in another supplier's short form | which sizes | middle price
_MORE = """
Footwear|leather ankle boots|lthr ankle boots|shoe|95
Footwear|kids' sandals|kids sandals|shoe|25
Footwear|hiking shoes|hike shoes|shoe|105
Clothing|crew neck sweater|crewneck swtr|shirt|45
Clothing|slim fit jeans|slim jeans|shirt|55
Clothing|polo shirt|polo|shirt|28
Clothing|rain jacket|rain jkt|shirt|85
Clothing|thermal leggings|thrml leggings|shirt|24
Clothing|work trousers|wrk trsrs|shirt|48
Kitchen|frying pan|fry pan|cm|35
Kitchen|roasting tin|roast tin|cm|19
Kitchen|mixing bowl|mix bowl|ml|12
Kitchen|water bottle|wtr bottle|ml|16
Kitchen|chef's knife|chefs knife|cm|39
Kitchen|food storage container|food cont.|ml|7
Kitchen|espresso cups|espr. cups|pack|22
Power tools|angle grinder|ang. grinder|none|75
Power tools|jigsaw|jig saw|none|70
Power tools|hammer drill|hmr drill|none|110
Power tools|heat gun|heatgun|none|38
Hardware|wood screws|wd screws|pack|6
Hardware|hex bolts|hex blt|pack|8
Hardware|cable ties|cbl ties|pack|5
Hardware|extension lead|ext. lead|m|18
Hardware|garden hose|gdn hose|m|26
Electronics|in-ear headphones|inear hdphones|none|45
Electronics|wireless mouse|wless mouse|none|25
Electronics|mechanical keyboard|mech keyboard|none|85
Electronics|hdmi cable|hdmi cbl|m|11
Electronics|network cable|netw. cbl|m|8
Electronics|power bank|pwr bank|none|34
Electronics|desk lamp|desk lmp|none|42
Electronics|phone case|ph. case|none|15
Groceries|basmati rice|basm. rice|g|5
Groceries|green tea|grn tea|g|6
Groceries|dark chocolate|dk choc|g|4
Groceries|tomato passata|tom. passata|ml|3
Groceries|apple juice|apl juice|ml|3
Groceries|dog food|dog fd|g|12
Beauty|shower gel|shwr gel|ml|4
Beauty|hand cream|hnd cream|ml|6
Beauty|shampoo|shmp|ml|7
Office|ballpoint pen|ballpt pen|pack|4
Office|sticky notes|stky notes|pack|3
Office|ring binder|rng binder|pack|9
Home|fitted sheet|fit. sheet|cm|21
Home|bath towel|bth towel|cm|14
Home|cushion cover|cush. cover|cm|12
Home|scented candle|scntd candle|g|13
Sports|yoga mat|yoga mt|cm|27
Sports|resistance bands|resist. bands|pack|17
Sports|sleeping bag|sleep. bag|cm|65
Toys|wooden puzzle|wdn puzzle|pack|16
Toys|building blocks|bldg blocks|pack|29
"""
KINDS = [*GOODS, *(line.split("|") for line in _MORE.strip().splitlines())]

# Which sizes and no colours, which colours and no sizes; everything else comes in both.
COLOURLESS = {"Groceries", "Beauty", "Hardware"}

# What is said of a thing, and how another supplier abbreviates it.
_TRAITS = """
stainless steel|s/steel
heavy duty|HD
water resistant|wtr-res.
non-stick|nonstick
double layer|dbl layer
extra large|xtra lge
professional|prof.
lightweight|ltwt
rechargeable|rechrg.
adjustable|adj.
ergonomic|ergon.
foldable|fold.
portable|port.
premium|prem.
classic|class.
organic|org.
recycled|recycl.
natural|nat.
handmade|hndmade
vintage|vint.
compact|cmpct
universal|univ.
reversible|revers.
breathable|breath.
insulated|insul.
reinforced|reinf.
anti-slip|antislip
shockproof|shockprf
dustproof|dustprf
scratch resistant|scratch-res.
quick dry|qdry
high performance|hi-perf
low noise|lownoise
energy saving|en. saving
original|orig.
deluxe|dlx
essential|essent.
limited edition|ltd ed.
new generation|new gen
travel size|trvl size
family pack|fam. pack
unscented|unsctd
hypoallergenic|hypoall.
fragrance free|frag. free
matte finish|matt
brushed metal|br. metal
bamboo|bmb
ceramic|ceram.
aluminium|alu
silicone|silic.
cotton|cott.
merino wool|merino
polyester|polyest.
canvas|canv.
leather|lthr
oak|oak
walnut|waln.
glass|gls
rubber|rubb.
copper|copp.
"""
TRAITS = [line.split("|") for line in _TRAITS.strip().splitlines()]
