"""Small pages of a made-up shop, as they are seen, for tests of pages as lines."""

from __future__ import annotations

from envs.observation import Element, Observation

HEADER = (
    '<header name="header"><search name="header.search">'
    '<input name="header.search.find" type="search" placeholder="Find"{value}>'
    '<button name="header.search.go" aria-label="Go"></button></search>'
    '<a name="header.basket">Basket</a>\n0</header>'
)
HEADER_NAMES = (
    Element("header.search.find", "searchbox", "search"),
    Element("header.search.go", "button", "search"),
    Element("header.basket", "link", "cart"),
)
RESULTS = Observation(
    url="http://shop.test/find?q=lamp",
    title="lamp",
    html=HEADER.format(value=' value="lamp"')
    + """<main><h1>lamp</h1>
3 found
<nav name="sort"><a name="sort.best" current>✓ Best</a><a name="sort.cheap">Cheapest</a></nav>
<section name="hits">
<a name="hits.brass_lamp">Brass Lamp</a>
$1,240 ★ 4.5 stars (12)
<a name="hits.desk_lamp">Desk Lamp</a>
$35 ★ 4.1 stars (3)
<a name="hits.clock">Wall Clock</a>
$20
<a name="hits.next_page">Next page</a>
</section></main>
<dialog name="news"><button name="news.close">×</button>Our letter</dialog>
<footer name="footer"><a name="footer.help">Help</a><a name="footer.jobs">Jobs</a></footer>""",
    names=(
        *HEADER_NAMES,
        Element("sort.best", "link", "filter"),
        Element("sort.cheap", "link", "filter"),
        Element("hits.brass_lamp", "link", "product"),
        Element("hits.desk_lamp", "link", "product"),
        Element("hits.clock", "link", "product"),
        Element("hits.next_page", "link", "navigation"),
        Element("news.close", "button", "other"),
        Element("footer.help", "link", "navigation"),
        Element("footer.jobs", "link", "navigation"),
    ),
)
PRODUCT = Observation(
    url="http://shop.test/p/desk-lamp",
    title="Desk Lamp",
    html=HEADER.format(value="")
    + """<main><h1>Desk Lamp</h1>
★ 4.1 stars 3 ratings
$35
<p role="alert">Please choose a size.</p>
<fieldset name="size"><legend>Size</legend>
<input name="size.s" type="radio">
S
<input name="size.l" type="radio" checked>
L
</fieldset>
<button name="add_to_basket">Add to basket</button><button name="buy">Buy now</button>
<section name="reviews"><h2>Reviews</h2>
★ 5 stars Ada
Bright.
<button name="reviews.read_2_more">Read 2 more</button></section>
</main>""",
    names=(
        *HEADER_NAMES,
        Element("size.s", "radio", "option"),
        Element("size.l", "radio", "option"),
        Element("add_to_basket", "button", "cart"),
        Element("buy", "button", "buy"),
        Element("reviews.read_2_more", "button", "other"),
    ),
)
