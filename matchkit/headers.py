"""What a column's name hints at, in the languages catalogues are often written in.

A hint alone decides nothing: the content must allow it.
"""

from __future__ import annotations

import re
import unicodedata

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[a-z]+|\d+|[^\W\d_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Hint to the words that give it. A header gives the hint if one of its words is in the set.
HINTS: dict[str, frozenset[str]] = {
    "url": _words("url urls link links href website web site homepage uri webseite permalink"),
    "image": _words("image images img imgs picture pictures photo photos thumbnail bild bilder foto imagen"),
    "email": _words("email mail emails"),
    "phone": _words("phone telephone tel mobile cell fax telefon telefono handy telefax phonenumber gsm"),
    "gtin": _words("gtin ean upc barcode ean13 jan strichcode barcodes isbn"),
    "mpn": _words("mpn model modell modelo modele modelno partnumber mfr"),
    "code": _words(
        "id ids code codes no nr num number nummer numero ssn nin vat tax sku ref reference mpn part "
        "model article artikel asin isin cas doi account member licence license passport key uuid serial"
    ),
    "postcode": _words("zip zipcode postcode postal plz cap cp zip4"),
    "date": _words("date dob birthday birthdate datum fecha data geburtsdatum born died day time timestamp until"),
    "year": _words("year jahr annee ano anno yr vintage"),
    "price": _words(
        "price prices preis prix precio prezzo prijs cost costs msrp rrp amount betrag salary revenue "
        "total fee turnover"
    ),
    "measure": _words(
        "weight height width length depth size volume capacity gewicht hohe breite lange tiefe peso poids "
        "largeur hauteur longueur rating score ratio percent percentage abv area distance duration runtime "
        "minutes seconds hours latitude longitude lat lon lng population grams gramm kg age quantity qty "
        "stock "
        "views temperature power"
    ),
    "brand": _words(
        "brand brands marke marca marque merk manufacturer maker vendor hersteller fabricante fabricant "
        "publisher producer label fornitore produttore make"
    ),
    "color": _words("color colour colors colours farbe couleur colore kleur farge farg cor coloris shade kolor"),
    "size": _words("size sizes grosse groesse taille talla taglia maat tamanho storlek storrelse rozmiar pointure"),
    "option": _words("option options variant variants variation variations opcion opzione auspragung variante"),
    "pack": _words("pack packs packsize multipack packung packungsgrosse pcs unitsperpack"),
    "title": _words(
        "title titles name names bezeichnung titel titre titulo titolo produktname artikelname productname "
        "nombre nom nome naam product item produkt artikel produit producto prodotto designation "
        "headline subject organisation organization company firma business"
    ),
    "description": _words(
        "description descriptions desc beschreibung descripcion descrizione details text body summary "
        "abstract content notes comment comments omschrijving specification specifications features bullets"
    ),
    "person": _words(
        "first last given sur surname forename family middle maiden vorname nachname familienname prenom "
        "apellido cognome voornaam achternaam firstname lastname fname lname"
    ),
    "place": _words(
        "address addresse adresse direccion indirizzo addr street strasse rue calle via city town suburb "
        "state county country region province "
        "ort stadt ville ciudad citta land place location neighborhood neighbourhood"
    ),
}

#: Variation attribute to the words of a header that say a column holds it; the first that fits decides.
VARIATION_WORDS: dict[str, frozenset[str]] = {
    "color": HINTS["color"],
    "pack": HINTS["pack"],
    "size": HINTS["size"],
    "material": _words("material materials fabric fabrics stoff tissu matiere materiale materiaal tejido tessuto"),
    "pattern": _words("pattern patterns print muster motif motiv estampado motivo patroon"),
    "flavor": _words(
        "flavor flavour flavors flavours taste scent scents fragrance fragrances aroma geschmack duft gout saveur "
        "parfum senteur sabor gusto smaak geur"
    ),
    "length": _words("length lange laenge longueur lunghezza lengte"),
    "capacity": _words("capacity volume storage kapazitat inhalt capacite contenance capacidad volumen capacita"),
    "voltage": _words("voltage volt volts spannung voltaje"),
    "gender": _words("gender sex geschlecht sexe genero sesso geslacht"),
    "age_group": _words("agegroup altersgruppe"),
}
#: Meaning to the words of a header that give it: columns of one meaning may stand for each other.
MEANINGS: dict[str, frozenset[str]] = {
    **{
        hint: HINTS[hint]
        for hint in (
            *("url", "image", "email", "phone", "gtin", "mpn", "postcode", "year", "price", "brand", "title"),
            *("description", "color", "size", "pack", "option"),
        )
    },
    **VARIATION_WORDS,
    "given name": _words("first given forename vorname prenom firstname fname voornaam"),
    "family name": _words("last surname family nachname familienname apellido cognome lastname lname achternaam"),
    "birth": _words("birth born dob birthday birthdate geburtsdatum"),
    "street": _words("street strasse rue calle via addr address addresse adresse direccion indirizzo"),
    "city": _words("city town suburb ort stadt ville ciudad citta"),
    "region": _words("state county region province bundesland"),
    "country": _words("country land pays pais paese"),
    "weight": _words("weight gewicht peso poids grams gramm kg mass"),
    "height": _words("height hohe hauteur"),
    "width": _words("width breite largeur"),
    "duration": _words("duration runtime minutes"),
    "quantity": _words("quantity qty stock bestand menge"),
    "kind": _words("category categories type genre kategorie categorie categoria department"),
}
# Beside these the word says something else: a colour temperature is no colour, a size guide no size.
_NOT_VARIATION = _words("temperature depth chart guide count rendering")


def header_words(name: str) -> tuple[str, ...]:
    """The words of a column's name, lower case, without accents: ``productName_2`` is product, name, 2."""
    spaced = _CAMEL.sub(" ", name).replace("ß", "ss")
    folded = unicodedata.normalize("NFKD", spaced)
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter)).lower()
    return tuple(_WORD.findall(plain))


def hints(name: str) -> frozenset[str]:
    """The hints a column's name gives, see :data:`HINTS`."""
    words = set(header_words(name))
    return frozenset(hint for hint, known in HINTS.items() if words & known)


def meanings(name: str) -> frozenset[str]:
    """The meanings a column's name gives, see :data:`MEANINGS`.

    Words such as *product* and *name* say what a record is called only where nothing else is said:
    *product price* is a price.
    """
    words = set(header_words(name))
    found = frozenset(meaning for meaning, known in MEANINGS.items() if words & known)
    return found - {"title"} if len(found) > 1 else found


def variation_hint(name: str) -> str | None:
    """The variation attribute that a column's name says it holds, see :data:`VARIATION_WORDS`."""
    words = set(header_words(name))
    if about_variation(name):
        return None
    if {"age", "group"} <= words:
        return "age_group"
    return next((attribute for attribute, known in VARIATION_WORDS.items() if words & known), None)


def about_variation(name: str) -> bool:
    """Whether a column's name says that it is about a variation attribute, but not the attribute itself."""
    return bool(set(header_words(name)) & _NOT_VARIATION)
