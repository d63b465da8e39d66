"""Renders a signer, frame by frame, from a recorded keypoint take.

    plan      which take is rendered with which figure     look      the figures: shape, colours, wall
    assets    the CC0 body and the landmark models         costume   body -> the drawn mesh: skin, shirt, hair, eyes
    body      mesh, targets, skeleton, skin weights        paint     the colour of a point of the figure
    motion    a take's rows -> smooth 3D tracks            light     lamps, gloss, hollows
    stage     the take's image plane -> the body's         camera    body space -> pixels
    surface   how far to the front the body reaches        raster    triangles -> pixels
    torso, arms, hands   the maths of bone rotations       figure    body + look -> a picture of one pose
    limbs, pose          one clip's bone rotations         encode    pictures -> a VP9 clip, and back
    rig       bone rotations -> moved vertices             production, manifest, sheet   takes in, clips out
    vectors   rotations                                    landmarks, check, table   what MediaPipe and the model see

Conventions, everywhere: body space is in decimetres, x to the person's left, y up, z to the camera. A bone's
rotation is global (rest pose = identity), a 3 x 3 matrix that acts on column vectors. Angles are radians. Left (L)
and right (R) are the person's own.
"""
