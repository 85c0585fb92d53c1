"""Invented names for the demo: many roots, because a workforce has many; any likeness is chance."""

import random
from typing import Final

from lms.kit.matching import name_key

GIVEN: Final = (
    "Abigail Adaeze Adrián Aisha Alejandra Amara Amina Ana Andrés Angela Anh Antonio Arturo Asha"
    " Beatriz Benjamin Bilal Brenda Bridget Carla Carlos Catalina Chidi Chloe Cristina Daniel"
    " Darnell Deborah Denise Desiree Diego Dolores Dwayne Ebony Edith Eduardo Elena Eli Elijah"
    " Emeka Emily Ernesto Esperanza Esther Ethan Eun-ji Fatima Felicia Fernando Francisca"
    " Gabriela Gloria Graciela Guadalupe Hassan Hector Helena Hiroshi Hugo Ibrahim Imani Irene"
    " Isabel Isaiah Ivy Jada Jamal Janelle Javier Jennifer Jin Joanna Johanna Jorge Josephine"
    " Juanita Julián Kalani Kareem Karen Katarina Keisha Keoni Kimberly Kwame Lakota Laila"
    " Larissa Leilani Lena Leonard Leticia Liam Lillian Linh Lorenzo Lourdes Lucas Magdalena"
    " Malik Manuel Margarita Mariam Mateo Matthew Mei Melissa Miguel Mina Miriam Monique Nadia"
    " Naomi Natalia Nicolás Nizhoni Noah Nora Olga Olivia Omar Orlando Oscar Pablo Patricia"
    " Patrick Paula Pedro Phuong Priscilla Quentin Rachel Rafael Ramona Raquel Raúl Reuben"
    " Ricardo Rosalind Rosario Ruby Salma Samantha Samuel Sandra Santiago Sarah Sergio Shanice"
    " Shirin Sofía Soledad Stella Susana Tamika Tanya Teresa Thomas Tomás Tyrone Valentina"
    " Verónica Victor Vivian Wanda Wei William Ximena Yasmin Yolanda Yusuf Zara Zoe"
).split()
FAMILY: Final = (
    "Abbott Abeyta Acosta Adeyemi Aguilar Ahmed Alvarado Anaya Apodaca Aragon Archuleta Armijo"
    " Baca Bailey Barela Becenti Begaye Bennett Bernal Bitsui Bowman Brooks Bustamante Cabrera"
    " Calhoun Campos Cardenas Carrillo Casaus Chacón Chavez Chee Chen Cho Clark Coleman"
    " Concho Cordova Crawford Cruz Dang Davis Delgado Deschenie Diallo Dixon Domínguez Duran"
    " Edwards Ekwueme Escobar Espinoza Estrada Etcitty Evans Farah Fernandez Fields Flores"
    " Foster Francisco Gallegos Garcia Gonzales Goodluck Gordon Griego Gutierrez Haile Hall"
    " Hansen Harjo Harris Henderson Hernandez Herrera Ho Hoskie Howard Huerta Hughes Ibarra"
    " Jackson Jaramillo Jim Johnson Juarez Kang Kaur Kelly Khan Kim Kowalski Largo Lee Leyba"
    " Lim Lovato Lucero Luján Maestas Maldonado Manuelito Mares Marquez Martinez Mbeki McCoy"
    " Medina Mendoza Mills Miranda Mitchell Mohamed Montoya Morales Morgan Nakai Nez Nguyen"
    " Nuñez Ochoa Okonkwo Olivas Ortega Osei Otero Pacheco Padilla Park Patel Perea Peralta"
    " Pham Pino Quintana Rael Ramirez Reed Reid Rincon Rivera Robinson Rodriguez Romero Roybal"
    " Ruiz Saavedra Salazar Sanchez Sandoval Santos Schultz Sedillo Serna Silva Singh Sisneros"
    " Smith Sosa Suina Sullivan Tapia Tenorio Thompson Tran Trujillo Tso Turner Ulibarri"
    " Valdez Vargas Vasquez Velarde Vigil Walker Washington Webb White Willie Wong Yazzie"
    " Young Zamora Zuni"
).split()


def draw(rng: random.Random) -> tuple[str, str]:
    """Return a given and a family name; one in twelve has a double family name."""
    family = rng.choice(FAMILY)
    if rng.random() < 1 / 12:
        family = f"{family}-{rng.choice(FAMILY)}"
    return rng.choice(GIVEN), family


def address_of(given: str, family: str, number: int) -> str:
    """Return the local part of an e-mail address; the number keeps namesakes apart."""
    return f"{name_key(given)}.{name_key(family)}.{number}".replace(" ", "-")
