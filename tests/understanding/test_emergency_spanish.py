"""The alarm that reads Spanish wording beside the model."""

from random import Random

import pytest

from appliance.understanding.emergency import alarm
from appliance.understanding.phrases import fill, load_phrases

EMERGENCIES = [
    "me duele el pecho desde anoche y ahora me duele el brazo izquierdo",
    "tengo una presión muy fuerte en el pecho",
    "mi papá tiene un dolor en el pecho y está sudando",
    "no puedo respirar bien",
    "mi mamá no puede respirar",
    "le cuesta mucho trabajo respirar",
    "me estoy asfixiando",
    "mi hijo se está ahogando con un dulce",
    "se atragantó con una uva",
    "tiene los labios morados",
    "mi esposa tiene la boca torcida y no puede hablar",
    "se le durmió todo el lado izquierdo",
    "creo que mi papá está teniendo un derrame",
    "mi hija está convulsionando",
    "le están dando convulsiones",
    "mi abuelo se desmayó y no despierta",
    "está inconsciente en el piso",
    "no responde mi mamá",
    "está sangrando mucho y no para",
    "no puedo parar la sangre",
    "me corté con un cuchillo y sangra mucho",
    "vomita sangre",
    "estoy embarazada y estoy sangrando",
    "se me rompió la fuente",
    "mi bebé no se mueve desde ayer",
    "mi bebé de dos semanas tiene fiebre",
    "el bebé tiene la fiebre en cuarenta",
    "se tomó un bote de pastillas",
    "mi hijo se tragó una pila",
    "mi hija se tomó el cloro",
    "creo que es sobredosis",
    "se le está hinchando la cara y la garganta",
    "tuvo una reacción alérgica y no puede respirar",
    "le picó una abeja y se está hinchando",
    "me picó un alacrán",
    "lo atropelló un carro",
    "se cayó de un techo",
    "se cayó y se pegó en la cabeza y está vomitando",
    "se quemó con aceite la cara",
    "le dispararon",
    "lo apuñalaron",
    "necesito una ambulancia",
    "mande una ambulancia por favor",
    "es una emergencia",
    "llame al nueve once",
    "mi esposo se está muriendo",
    "ayúdeme por favor mi hijo no respira",
    "de repente no veo nada",
    "tengo el peor dolor de cabeza de mi vida",
    "no puedo mover las piernas",
    "no siento las piernas",
    "está muy confundido y no sabe dónde está",
    "tengo mucho dolor en el estómago y está duro",
    "se electrocutó",
    "huele a gas y me siento mareada",
    "le dio un infarto",
    "le está dando un ataque al corazón",
    "se puso morado",
    "no tiene pulso",
    "le falta el aire",
    "oiga mi marido no puede ni hablar del dolor en el pecho",
    "tengo el pecho bien apretado y me falta aire",
    "no le llega el aire a mi niño",
    "mi suegra se cayó y no puede levantarse",
    "mi abuela no se puede mover del lado izquierdo",
    "no mueve el brazo derecho y habla raro",
    "se me nubló la vista y no siento la cara",
    "mi vecino está tirado en la calle",
    "mi nieto convulsionó hace cinco minutos y sigue tieso",
    "le salió mucha sangre de la nariz y no se le quita",
    "estoy tosiendo sangre",
    "se metió una moneda a la boca y no respira",
    "mi niña se tomó mi medicina de la presión",
    "tomé demasiadas pastillas",
    "tengo ocho meses y me está saliendo agua y sangre",
    "tengo contracciones cada cinco minutos",
    "mi bebé recién nacido está morado",
    "tengo un dolor horrible en el vientre",
    "chocamos y mi esposo está atrapado",
    "se quemó con agua hirviendo",
    "se intoxicó con monóxido",
    "le bajó el azúcar y no despierta",
    "me siento que me voy a desmayar",
    "está echando espuma por la boca",
    "no abre los ojos mi tía",
    "se cortó un dedo completo",
    "le cayó un mueble encima al niño",
    "tengo palpitaciones muy fuertes y me duele el pecho",
    "se tragó un imán",
    "mándeme una ambulancia a mi casa",
    "por favor ayuda mi papá no reacciona",
    "se está poniendo azul",
]
CRISES = [
    "quiero morirme",
    "no quiero vivir más",
    "ya no quiero estar en este mundo",
    "me quiero suicidar",
    "estoy pensando en quitarme la vida",
    "quiero acabar con mi vida",
    "mi hija dice que se quiere morir",
    "mi hijo se quiere matar",
    "me voy a tirar de un puente",
    "tengo ganas de morirme",
    "me corto los brazos",
    "tengo una pistola y me voy a matar",
    "mi esposo me pega",
    "mi novio me golpea y tengo miedo",
    "me va a matar mi marido",
    "tengo miedo de lastimar a mi bebé",
    "escucho voces que me dicen que me mate",
    "ya no vale la pena vivir",
    "mi vida no tiene sentido",
    "todos estarían mejor sin mí",
    "no tengo razones para vivir",
    "quiero dormir y no despertar",
    "ya no puedo más con mi vida",
    "me tomé todas las pastillas para morirme",
    "quiero hacerle daño a alguien",
    "voy a matar a mi esposa",
    "pienso en la muerte todo el tiempo",
    "me siento sin esperanza y no quiero seguir",
    "necesito ayuda porque me quiero hacer daño",
    "me violaron",
    "ya no le veo caso a la vida",
    "no tengo ganas de vivir",
    "me quiero ahorcar",
    "quisiera estar muerta",
    "mi hermano amenaza con matarse",
    "he pensado en matarme",
    "me quiero cortar las venas",
    "mi esposo me quiere matar",
    "no quiero despertar mañana",
    "tengo pensamientos de suicidio",
    "ya me cansé de vivir",
    "si no fuera por mis hijos ya me habría matado",
    "estoy pensando en tomarme todas las pastillas",
    "me dan ganas de aventarme a los carros",
    "siento que soy una carga para mi familia",
    "mi pareja me golpeó anoche",
    "no aguanto más esta vida",
    "mi hija se corta los brazos",
    "me quiero quitar la vida",
    "oigo voces que me dicen que me haga daño",
]
ROUTINE = [
    "quiero hacer una cita",
    "necesito cambiar mi cita del martes",
    "me duele la cabeza desde ayer",
    "tengo dolor de espalda",
    "me duele la rodilla",
    "quiero los resultados de mi análisis de sangre",
    "necesito que me resurtan la medicina de la presión",
    "tengo una cita con el doctor del corazón",
    "mi presión está un poco alta",
    "no es una emergencia solo quiero una cita",
    "estoy embarazada y quiero una cita",
    "mi hijo tiene un poco de fiebre y tos",
    "me hace falta una receta",
    "no puedo ir el viernes",
    "no puedo hablar ahora le llamo después",
    "no me contestan el teléfono",
    "nadie me contesta",
    "me muero de sueño a esa hora no puedo",
    "la clínica me mata con los precios",
    "cuánto cuesta la ambulancia",
    "mi mamá tuvo un derrame hace dos años y necesita un chequeo",
    "necesito seguimiento después de mi infarto",
    "quiero una cita porque me duele el estómago",
    "me duele la garganta y tengo tos",
    "tengo alergia a la penicilina",
    "mi hija necesita sus vacunas",
    "tengo asma y necesito un inhalador nuevo",
    "tomo dos pastillas para la presión cada mañana",
    "se me acabaron las pastillas",
    "el doctor me dijo que tomara una pastilla diaria",
    "quiero hablar con una persona",
    "no quiero esperar tanto",
    "ya no quiero esa cita",
    "no quiero seguir con ese doctor",
    "ya no puedo ir mañana",
    "no puedo más temprano",
    "vivo cerca de la clínica",
    "mi número es nueve uno uno cinco cinco cinco",
    "voy a cambiar de seguro",
    "me voy a tardar un poco",
    "voy manejando le llamo luego",
    "necesito una cita urgente para mi hijo",
    "se me hincharon los pies un poco la semana pasada",
    "me arde al orinar",
    "tengo gripa y tos",
    "la cita es para un examen físico",
    "me caí la semana pasada y me duele la muñeca",
    "tengo un salpullido en el brazo",
    "quiero cancelar todo",
    "no hay problema",
    "se me fue la hora",
    "perdón se cortó la llamada",
    "mi esposo murió el año pasado y quiero quitar su nombre",
    "tiene estacionamiento en la parte de atrás",
    "estamos en la esquina",
    "no se mueva mi cita por favor",
    "no me siento bien quiero una cita",
    "estoy muy cansada últimamente",
    "necesito ayuda para hacer una cita",
    "ayúdeme a cancelar mi cita por favor",
    "es urgente que me cambien la cita",
    "la radiografía del pecho ya está lista",
    "cuánto tiempo tarda la cita",
    "mi hijo se cayó en el patio y le duele el tobillo",
    "me duele el pecho cuando toso desde hace meses quiero un chequeo",
    "tengo la nariz tapada",
    "soy alérgica a los mariscos",
    "quería saber si atienden niños con asma",
    "no he podido dormir bien",
    "estoy estresada por el trabajo",
    "tengo ansiedad y quiero ver a un terapeuta",
    "me siento un poco deprimida quiero una cita con el psicólogo",
    "mi bebé tiene tos y moco",
    "mi bebé necesita su chequeo de dos meses",
    "se me rompió el vidrio del carro y no puedo llegar",
    "el carro no arranca no voy a llegar",
    "murió mi abuela y tengo que ir al funeral",
    "no puedo caminar mucho hay estacionamiento cerca",
    "no puedo ver al doctor whitfield el lunes",
    "no me siento cómodo con ese doctor",
    "el dolor de la rodilla no se me quita",
    "necesito quitarme unos puntos",
    "me van a operar de la vesícula",
    "tengo sangre tipo o positivo",
    "vivo en la calle azul",
    "me llamo dolores",
    "se llama consuelo muerte no perdón martínez",
    "me corté un poco el dedo",
    "ya me tomé la pastilla de hoy",
    "se me olvidó tomar las pastillas",
    "quiero matar dos pájaros de un tiro y hacer las dos citas",
    "estoy sentada en la sala de espera",
    "me quedé sin gasolina",
    "tengo que llevar al niño a la escuela",
    "mi teléfono se está muriendo le llamo luego",
    "puede ser a las nueve y once no perdón a las nueve",
    "la calle once nueve",
    "quiero dejar de fumar",
    "quiero desaparecer esta verruga",
    "tengo el colesterol alto y la presión controlada",
]
MISHEARD = [
    ("nesesito una anbulancia", "emergency"),
    ("me boy a matar", "crisis"),
    ("no me entra el haire", "emergency"),
    ("esta combulsionando mi ermano", "emergency"),
    ("me kiero morir", "crisis"),
]


@pytest.mark.parametrize("text", EMERGENCIES)
def test_a_red_flag_in_spanish_raises_an_emergency(text: str) -> None:
    assert alarm(text, "es") == "emergency"


@pytest.mark.parametrize("text", CRISES)
def test_despair_or_violence_in_spanish_raises_a_crisis(text: str) -> None:
    assert alarm(text, "es") == "crisis"


@pytest.mark.parametrize("text", ROUTINE)
def test_alarming_words_in_routine_spanish_raise_nothing(text: str) -> None:
    assert alarm(text, "es") is None


@pytest.mark.parametrize(("text", "kind"), MISHEARD)
def test_spanish_spelled_as_it_sounds_still_raises_the_alarm(text: str, kind: str) -> None:
    assert alarm(text, "es") == kind


def test_accents_make_no_difference() -> None:
    assert alarm("se desmayo mi mama", "es") == alarm("Se desmayó mi mamá", "es") == "emergency"


def test_the_spanish_alarm_is_raised_on_the_first_partial_that_says_it() -> None:
    words = ["cinco", "de", "diciembre", "ay", "perdón", "me", "duele", "mucho", "el", "pecho", "de", "repente"]
    raised = [alarm(" ".join(words[:count]), "es") for count in range(len(words) + 1)]
    assert raised.index("emergency") == words.index("pecho") + 1
    assert all(raised[words.index("pecho") + 1 :])


def test_a_spanish_breath_that_fails_outranks_a_crisis() -> None:
    assert alarm("se quiso matar y no respira", "es") == "emergency"


def test_nearly_all_spanish_examples_of_danger_raise_an_alarm_and_nearly_no_other_does() -> None:
    rng = Random(2)
    lines = [(phrase.intent, phrase.kind, " ".join(fill(phrase, rng).words)) for phrase in load_phrases("es")]
    dangerous = [line for intent, kind, line in lines if intent in ("emergency", "crisis") and kind == "phrases"]
    routine = [line for intent, kind, line in lines if intent not in ("emergency", "crisis") and kind == "phrases"]
    look_alikes = [line for intent, kind, line in lines if kind == "look_alikes"]
    assert sum(alarm(line, "es") is not None for line in dangerous) >= 0.99 * len(dangerous)
    assert sum(alarm(line, "es") is not None for line in routine) <= 0.003 * len(routine)
    assert sum(alarm(line, "es") is not None for line in look_alikes) <= 0.05 * len(look_alikes)


@pytest.mark.parametrize(("spoken", "listening"), [("en", "es"), ("es", "en")])
def test_routine_talk_of_one_language_is_quiet_in_the_other(spoken: str, listening: str) -> None:
    rng = Random(3)
    lines = [
        " ".join(fill(phrase, rng).words)
        for phrase in load_phrases(spoken)
        if phrase.intent not in ("emergency", "crisis") and phrase.kind == "phrases"
    ]
    assert sum(alarm(line, listening) is not None for line in lines) <= 0.001 * len(lines)
