// Where the person is, if they want to say it.

export type Position = { lat: number, lng: number } | 'denied' | 'failed'

const patience = 20_000

export async function findPosition (): Promise<Position> {
  if (!('geolocation' in navigator)) return 'failed'
  return await new Promise(resolve => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => { resolve({ lat: coords.latitude, lng: coords.longitude }) },
      error => { resolve(error.code === error.PERMISSION_DENIED ? 'denied' : 'failed') },
      // A place found a minute ago by the network is enough to name the commune.
      { timeout: patience, maximumAge: 60_000, enableHighAccuracy: false },
    )
  })
}
